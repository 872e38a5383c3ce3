"""Ordered subsets of expectation maximisation."""

import dataclasses
from dataclasses import dataclass

from torch import Tensor
from typing_extensions import Self

from preimage.functional import Smooth
from preimage.optim.algorithm.base import Algorithm, State, require
from preimage.optim.algorithm.subsets import terms_of
from preimage.optim.algorithm.tomographic._counts import expectation_step, require_counts, sensitivity

__all__ = ["OSEM"]


@dataclass(frozen=True)
class OSEM(Algorithm):
    r""":class:`MLEM` on one term of the likelihood ``f_1 + ... + f_n`` after the other: about ``n`` times as fast.

    One step is one pass over all terms, in their order. Where they do not agree on one image (noise), the steps end in
    a cycle near the maximum of the likelihood instead of at it. A smooth prior enters each of the ``n`` updates with
    the weight ``1 / n``, one step late.

    Args:
        sensitivities: ``A_i^H 1`` of each term; computed once by default.

    Source: Hudson & Larkin 1994.
    """

    sensitivities: tuple[Tensor, ...] | None = None

    def prepare(self, f: Smooth, g: Smooth, x: Tensor) -> Self:
        """Compute the sensitivities unless they are given."""
        require_counts(terms_of(f), self)
        require(g, Smooth, "prior", self)
        if self.sensitivities is not None:
            return self
        return dataclasses.replace(self, sensitivities=tuple(sensitivity((term,)) for term in terms_of(f)))

    def init(self, x: Tensor) -> State:
        """Start from ``x``; negative pixels become zero."""
        return State(x.clamp_min(0))

    def step(self, f: Smooth, g: Smooth, state: State) -> State:
        """One multiplicative step for each term."""
        assert self.sensitivities is not None
        x, terms = state.x, terms_of(f)
        for term, seen in zip(terms, self.sensitivities, strict=True):
            x = expectation_step((term,), g, 1 / len(terms), seen, x)
        return State(x, state.k + 1)
