"""Simultaneous iterative reconstruction."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from torch import Tensor
from typing_extensions import Self

from preimage._shapes import per_image
from preimage.fidelity import Likelihood
from preimage.functional import Proximable
from preimage.optim.algorithm.base import MemorylessAlgorithm, State, require
from preimage.optim.algorithm.tomographic._sums import correction, inverse_sums
from preimage.optim.schedule import Schedule, resolve

__all__ = ["SIRT"]


@dataclass(frozen=True)
class SIRT(MemorylessAlgorithm):
    r"""``x <- P(x + r C A^H R (y - A x))`` with the inverse column and row sums of ``A`` on the diagonals ``C``, ``R``.

    For an ``A`` without negative entries, whose sums are ``A^H 1`` and ``A 1``; the noise of the physics is not asked.
    It minimises ``||R^(1/2) (y - A x)||^2`` subject to the prior, which must be Zero or a constraint on the pixels such
    as :class:`Box`, with the projection ``P`` as its prox.

    Args:
        relaxation: ``r`` in (0, 2).
        weights: ``(C, R)``; computed once by default.

    Source: Gilbert 1972; the weights: Gregor & Benson 2008.
    """

    relaxation: float | Tensor | Schedule = 1.0
    weights: tuple[Tensor, Any] | None = None

    def prepare(self, f: Likelihood, g: Proximable, x: Tensor) -> Self:
        """Compute the weights unless they are given."""
        require(g, Proximable, "prior", self)
        return self if self.weights else dataclasses.replace(self, weights=inverse_sums(f, x, self))

    def step(self, f: Likelihood, g: Proximable, state: State) -> State:
        """One weighted correction by all residuals together."""
        assert self.weights is not None
        r = per_image(resolve(self.relaxation, state.k), state.x)
        return State(g.prox(state.x + r * correction(f, self.weights, state.x), 1.0), state.k + 1)
