"""Block-sequential regularised expectation maximisation."""

import dataclasses
from dataclasses import dataclass

from torch import Tensor
from typing_extensions import Self

from preimage._ranges import check_level
from preimage._shapes import per_image
from preimage.functional import Smooth
from preimage.optim.algorithm.base import Algorithm, State, require
from preimage.optim.algorithm.ranges import check_step
from preimage.optim.algorithm.subsets import terms_of
from preimage.optim.algorithm.tomographic._counts import count_gradient, require_counts, sensitivity, step_scale

__all__ = ["BSREM"]


@dataclass(frozen=True)
class BSREM(Algorithm):
    r""":class:`OSEM` that ends at the minimiser of ``f_1 + ... + f_n + g`` instead of in a cycle, for a smooth ``g``.

    ``x <- max(x - r_k (x + offset) / p * (grad f_i(x) + grad g(x) / n), 0)`` for one term after the other, with
    ``p = (1 / n) sum_i A_i^H 1 / gain_i`` and steps ``r_k = relaxation / (1 + decay k)`` that fall from pass to pass.
    One step is one pass over all terms. Without prior and decay, one term and no offset are :class:`MLEM`.

    Args:
        relaxation: the first step, > 0; up to 1 for many terms.
        decay: how soon steps become shorter, >= 0; 0 for steps of one length, which end in a cycle.
        offset: moves pixels that are zero, >= 0; by default a thousandth of the mean of the start, one for each image.
        sensitivities: ``A_i^H 1`` of each term; computed once by default.

    Raises:
        ArgumentError: a number is out of its range.

    Source: De Pierro & Yamagishi, IEEE Transactions on Medical Imaging 20, 2001; Ahn & Fessler, IEEE Transactions on
    Medical Imaging 22, 2003; the offset: Ahn et al., Physics in Medicine and Biology 60, 2015.
    """

    relaxation: float | Tensor = 1.0
    decay: float = 0.1
    offset: float | Tensor | None = None
    sensitivities: tuple[Tensor, ...] | None = None

    def __post_init__(self) -> None:
        """Require that the fields are in their ranges."""
        check_step("relaxation", self.relaxation)
        check_level("decay", self.decay, "0.1 is the default", zero=True)
        if self.offset is not None:
            check_level("offset", self.offset, "give a small value of the image", zero=True)

    def prepare(self, f: Smooth, g: Smooth, x: Tensor) -> Self:
        """Compute the sensitivities and the offset unless they are given."""
        require_counts(terms_of(f), self)
        require(g, Smooth, "prior", self)
        offset = 1e-3 * x.clamp_min(0).flatten(1).mean(1) if self.offset is None else self.offset
        seen = self.sensitivities or tuple(sensitivity((term,)) for term in terms_of(f))
        return dataclasses.replace(self, offset=offset, sensitivities=seen)

    def init(self, x: Tensor) -> State:
        """Start from ``x``; negative pixels become zero."""
        return State(x.clamp_min(0))

    def step(self, f: Smooth, g: Smooth, state: State) -> State:
        """One scaled gradient step for each term."""
        assert self.sensitivities is not None
        assert self.offset is not None
        x, terms = state.x, terms_of(f)
        rate = per_image(self.relaxation, x) / (1 + self.decay * state.k)
        scale, offset = rate * step_scale(terms, self.sensitivities, x), per_image(self.offset, x)
        for term, seen in zip(terms, self.sensitivities, strict=True):
            slope = count_gradient(term, seen, x) + g.grad(x) / len(terms)
            x = (x - scale * (x + offset) * slope).clamp_min(0)
        return State(x, state.k + 1)

    @property
    def is_stationary(self) -> bool:
        """Whether steps are of one length."""
        return self.decay == 0
