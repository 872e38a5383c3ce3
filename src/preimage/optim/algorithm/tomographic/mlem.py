"""Maximum likelihood by expectation maximisation."""

import dataclasses
from dataclasses import dataclass

from torch import Tensor
from typing_extensions import Self, override

from preimage.functional import Smooth
from preimage.optim.algorithm.base import MemorylessAlgorithm, State, require
from preimage.optim.algorithm.subsets import terms_of
from preimage.optim.algorithm.tomographic._counts import expectation_step, require_counts, sensitivity

__all__ = ["MLEM"]


@dataclass(frozen=True)
class MLEM(MemorylessAlgorithm):
    r"""Maximise a Poisson likelihood by ``x <- x / (A^H 1) * A^H (y / (A x + b))`` with the background ``b``.

    For an ``A`` without negative entries. The image stays non-negative and its zeros zero, the likelihood never falls,
    and without background ``A x`` holds as many counts as ``y``. For deconvolution it is the method of Richardson and
    Lucy. A smooth prior adds ``gain * grad g(x)`` to ``A^H 1`` (one step late), which has the right fixed points but no
    such guarantees. A sum of likelihoods, one for each sensor, is treated as one. :class:`VectorExtrapolation` makes it
    faster.

    Args:
        sensitivity: ``A^H 1``; computed once by default.

    Source: Shepp & Vardi 1982; Richardson 1972; Lucy 1974; the prior: Green 1990.
    """

    sensitivity: Tensor | None = None

    def prepare(self, f: Smooth, g: Smooth, x: Tensor) -> Self:
        """Compute the sensitivity unless it is given."""
        require_counts(terms_of(f), self)
        require(g, Smooth, "prior", self)
        if self.sensitivity is not None:
            return self
        return dataclasses.replace(self, sensitivity=sensitivity(terms_of(f)))

    def init(self, x: Tensor) -> State:
        """Start from ``x``; negative pixels become zero."""
        return State(x.clamp_min(0))

    @override
    def moved(self, state: State, x: Tensor) -> State:
        return dataclasses.replace(state, x=x.clamp_min(0))

    def step(self, f: Smooth, g: Smooth, state: State) -> State:
        """One multiplication by the ratio of measured to expected counts."""
        assert self.sensitivity is not None
        x = expectation_step(terms_of(f), g, 1.0, self.sensitivity, state.x)
        return State(x, state.k + 1)
