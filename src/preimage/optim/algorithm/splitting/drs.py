"""Douglas-Rachford splitting."""

from dataclasses import dataclass

import torch
from torch import Tensor
from typing_extensions import Self

from preimage._tree import add_scaled
from preimage.functional import Proximable
from preimage.optim.algorithm.base import Algorithm, require_terms, with_step_size
from preimage.optim.schedule import Schedule, resolve
from preimage.solve import relative_change

__all__ = ["DRS"]


@dataclass(frozen=True)
class DRS(Algorithm):
    r"""Minimise ``f + g``, both proximable, through an auxiliary point ``s``.

    ``x <- prox_{t g}(s)``, ``v <- prox_{t f}(2 x - s)``, ``s <- s + r (v - x)``.

    Args:
        step_size: ``t`` > 0, constant for convergence; by default ``1 / L`` with ``L`` the Lipschitz constant of
            ``grad f``.
        relaxation: ``r`` in (0, 2).

    Source: Lions & Mercier 1979; Combettes & Pesquet 2007 for the relaxation.
    """

    step_size: float | Tensor | Schedule | None = None
    relaxation: float | Tensor | Schedule = 1.0

    @dataclass(frozen=True)
    class State:
        """The estimate, the auxiliary point and the step counter."""

        x: Tensor
        s: Tensor
        k: int = 0

    def prepare(self, f: Proximable, g: Proximable, x: Tensor) -> Self:
        """Take the step size from the Lipschitz constant of ``f`` unless it is given."""
        require_terms(self, (f, Proximable), (g, Proximable))
        return with_step_size(self, x, f)

    def init(self, x: Tensor) -> State:
        """Start from ``s = x``."""
        return self.State(x, x)

    def step(self, f: Proximable, g: Proximable, state: State) -> State:
        """The prior step, the reflected data step, the auxiliary point."""
        t = resolve(self.step_size, state.k)
        x = g.prox(state.s, t)
        v = f.prox(torch.lerp(state.s, x, 2.0), t)  # at 2 x - s
        return self.State(x, add_scaled(state.s, resolve(self.relaxation, state.k), v - x), state.k + 1)

    def residual(self, old: State, new: State) -> Tensor:
        """The change of ``x`` and of the auxiliary point, relative to ``x``: both vanish only at a solution."""
        return relative_change(old, new, (old.s, new.s))
