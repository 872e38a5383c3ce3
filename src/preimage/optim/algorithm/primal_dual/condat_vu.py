"""Condat's and Vu's primal-dual splitting."""

import dataclasses
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from typing_extensions import Self

from preimage._tree import add_scaled
from preimage.functional import LinearlyComposed, Proximable, Smooth, Zero
from preimage.optim.algorithm.base import Algorithm, known_lipschitz, require
from preimage.optim.algorithm.primal_dual._dual import primal_dual_change, relax
from preimage.optim.algorithm.step_sizes import forward_steps, value
from preimage.optim.schedule import Schedule, resolve

__all__ = ["CondatVu"]


@dataclass(frozen=True)
class CondatVu(Algorithm):
    r"""Minimise ``f(x) + h(K x) + c(x)`` by the gradient of ``f`` and the proxes of ``h`` and the constraint ``c``.

    ``v <- prox_{t c}(x - t grad f(x) - t K^H u)``, ``w <- prox_{s h*}(u + s K (2 v - x))``, then
    ``x <- x + r (v - x)``, ``u <- u + r (w - u)``. The prior is ``h o K``. With ``L`` the Lipschitz constant of
    ``grad f`` it converges if ``d = 1 / t - s ||K||^2 >= L / 2`` and ``r < 2 - L / (2 d)``.

    Args:
        step_size: ``t`` > 0; by default ``1 / (1.1 d + s ||K||^2)`` with the least ``d`` that ``r`` allows,
            ``L / (2 (2 - r))``, or ``||K|| / 3`` for ``1.1 d`` where ``L`` is zero.
        dual_step_size: ``s`` > 0; by default ``L / ||K||^2``, or ``2 / (3 ||K||)`` where ``L`` is zero; where ``t``
            is given ``2 / 3 (1 / t - L / 2) / ||K||^2``.
        relaxation: ``r``.
        constraint: ``c``, such as non-negativity; none by default.

    Source: Condat 2013, algorithm 3.1; Vu 2013.
    """

    step_size: float | Tensor | Schedule | None = None
    dual_step_size: float | Tensor | Schedule | None = None
    relaxation: float | Tensor | Schedule = 1.0
    constraint: Proximable | None = None

    @dataclass(frozen=True)
    class State:
        """The estimate, a tuple of one dual variable (none before the first step) and the step counter."""

        x: Tensor
        u: tuple[Any] = (None,)
        k: int = 0

    def prepare(self, f: Smooth, g: LinearlyComposed, x: Tensor) -> Self:
        """Take the step sizes from ``L`` and ``||K||`` unless they are given."""
        require(g, LinearlyComposed, "prior", self)
        require(self.constraint or Zero(), Proximable, "constraint", self)
        t, s = self.step_size, self.dual_step_size
        require(f, Smooth, "fidelity", self)
        if t is None or s is None:
            t, s = forward_steps(g, known_lipschitz(f, x, self), x, t, s, value(self.relaxation, x))
        return dataclasses.replace(self, step_size=t, dual_step_size=s)

    def init(self, x: Tensor) -> State:
        """Start from ``x`` and a zero dual variable."""
        return self.State(x)

    def step(self, f: Smooth, g: LinearlyComposed, state: State) -> State:
        """The primal step, the dual step at the reflected point, the relaxation of both."""
        x, k = state.x, state.k
        t, r, (u,) = value(self.step_size, x, k), resolve(self.relaxation, k), state.u
        v = add_scaled(x, -t, f.grad(x))
        v = v if u is None else g.primal_descent(v, u, t)
        v = v if self.constraint is None else self.constraint.prox(v, t)
        w = g.dual_ascent(u, torch.lerp(x, v, 2.0), value(self.dual_step_size, x, k))
        return self.State(relax(x, v, r), (relax(u, w, r),), k + 1)

    def residual(self, old: State, new: State) -> Tensor:
        """The relative change of ``x`` and, in its units, of the dual variable: both vanish only at a solution."""
        t, s = (value(size, new.x, old.k) for size in (self.step_size, self.dual_step_size))
        return primal_dual_change(old, new, [t / s])
