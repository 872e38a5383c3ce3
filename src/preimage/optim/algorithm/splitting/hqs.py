"""Half-quadratic splitting."""

from dataclasses import dataclass

from torch import Tensor
from typing_extensions import Self

from preimage.functional import Proximable
from preimage.optim.algorithm.base import MemorylessAlgorithm, State, require_terms
from preimage.optim.schedule import Schedule, resolve

__all__ = ["HQS"]


@dataclass(frozen=True)
class HQS(MemorylessAlgorithm):
    r"""Minimise ``f(v) + g(x) + ||x - v||^2 / (2 t)`` in turn: ``v <- prox_{t f}(x)``, ``x <- prox_{t g}(v)``.

    The coupling is a penalty: the minimiser of ``f + g`` itself is reached only as ``t`` goes to zero, so ``step_size``
    is part of the problem and usually a decreasing schedule.

    Args:
        step_size: ``t`` > 0, the inverse of the penalty.

    Source: Geman & Yang 1995; with denoisers, Zhang et al. 2017 (IRCNN), equations 6-7.
    """

    step_size: float | Tensor | Schedule

    def prepare(self, f: Proximable, g: Proximable, x: Tensor) -> Self:
        """Check that both have a prox."""
        require_terms(self, (f, Proximable), (g, Proximable))
        return self

    def step(self, f: Proximable, g: Proximable, state: State) -> State:
        """The data step, then the prior step."""
        t = resolve(self.step_size, state.k)
        return State(g.prox(f.prox(state.x, t), t), state.k + 1)
