"""Simultaneous algebraic reconstruction, block by block."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from torch import Tensor
from typing_extensions import Self

from preimage._shapes import per_image
from preimage.functional import Proximable, Smooth
from preimage.optim.algorithm.base import MemorylessAlgorithm, State, require
from preimage.optim.algorithm.subsets import terms_of
from preimage.optim.algorithm.tomographic._sums import correction, inverse_sums
from preimage.optim.schedule import Schedule, resolve

__all__ = ["SART"]


@dataclass(frozen=True)
class SART(MemorylessAlgorithm):
    r""":class:`SIRT` on one term of ``f_1 + ... + f_n`` after the other: ``x <- P(x + r C_i A_i^H R_i (y_i - A_i x))``.

    One step is one pass over all terms, in their order. With one view of a tomograph for each term it is the method of
    Andersen and Kak, with several the one called OS-SART. Where the terms do not agree on one image (noise), the steps
    end in a cycle, smaller for a smaller relaxation. The prior is as in :class:`SIRT`.

    Args:
        relaxation: ``r`` in (0, 2).
        weights: ``(C_i, R_i)`` of each term; computed once by default.

    Source: Andersen & Kak 1984; blocks: Censor & Elfving 2002.
    """

    relaxation: float | Tensor | Schedule = 1.0
    weights: tuple[tuple[Tensor, Any], ...] | None = None

    def prepare(self, f: Smooth, g: Proximable, x: Tensor) -> Self:
        """Compute the weights unless they are given."""
        require(g, Proximable, "prior", self)
        if self.weights is not None:
            return self
        return dataclasses.replace(self, weights=tuple(inverse_sums(term, x, self) for term in terms_of(f)))

    def step(self, f: Smooth, g: Proximable, state: State) -> State:
        """One weighted correction for each term."""
        assert self.weights is not None
        x, r = state.x, per_image(resolve(self.relaxation, state.k), state.x)
        for term, weights in zip(terms_of(f), self.weights, strict=True):
            x = g.prox(x + r * correction(term, weights, x), 1.0)
        return State(x, state.k + 1)
