"""Alternating direction method of multipliers."""

from dataclasses import dataclass

import torch
from torch import Tensor
from typing_extensions import Self

from preimage.functional import Proximable
from preimage.optim.algorithm.base import Algorithm, require_terms, with_step_size
from preimage.optim.schedule import Schedule, resolve
from preimage.solve import relative_change

__all__ = ["ADMM"]


@dataclass(frozen=True)
class ADMM(Algorithm):
    r"""Minimise ``f(v) + g(x)`` subject to ``v = x``, both proximable, in scaled form.

    ``v <- prox_{t f}(x - u)``, ``x <- prox_{t g}(v + u)``, ``u <- u + v - x``.

    Args:
        step_size: ``t`` > 0, the inverse of the penalty; any value > 0 converges for convex functions. By default
            ``1 / L`` with ``L`` the Lipschitz constant of ``grad f``.

    Source: Boyd et al. 2011, equations 3.5-3.7.
    """

    step_size: float | Tensor | Schedule | None = None

    @dataclass(frozen=True)
    class State:
        """The estimate, the scaled multiplier and the step counter."""

        x: Tensor
        u: Tensor
        k: int = 0

    def prepare(self, f: Proximable, g: Proximable, x: Tensor) -> Self:
        """Take the step size from the Lipschitz constant of ``f`` unless it is given."""
        require_terms(self, (f, Proximable), (g, Proximable))
        return with_step_size(self, x, f)

    def init(self, x: Tensor) -> State:
        """Start from ``x`` and a zero multiplier."""
        return self.State(x, torch.zeros_like(x))

    def step(self, f: Proximable, g: Proximable, state: State) -> State:
        """The data step, the prior step, the multiplier."""
        t = resolve(self.step_size, state.k)
        v = f.prox(state.x - state.u, t)
        w = v + state.u
        x = g.prox(w, t)
        return self.State(x, w - x, state.k + 1)

    def residual(self, old: State, new: State) -> Tensor:
        """The change of ``x`` and of the multiplier, relative to ``x``: both vanish only at a solution."""
        return relative_change(old, new, (old.u, new.u))
