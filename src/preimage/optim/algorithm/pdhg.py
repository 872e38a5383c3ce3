"""Primal-dual hybrid gradient."""

import dataclasses
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from typing_extensions import Self

from preimage._shapes import per_image
from preimage._tree import add, norm, scale, subtract
from preimage.functional import LinearlyComposed, Proximable
from preimage.optim.algorithm.base import Algorithm, require
from preimage.optim.schedule import Schedule, resolve
from preimage.solve import relative_change

__all__ = ["PDHG"]


@dataclass(frozen=True)
class PDHG(Algorithm):
    r"""Minimise ``h(K x) + g(x)``, ``f = h o K`` with ``h`` and ``g`` proximable: no system with ``K`` is solved.

    ``u <- prox_{s h*}(u + s K z)``, ``x_new <- prox_{t g}(x - t K^H u)``, ``z <- 2 x_new - x``, where
    ``prox_{s h*}(v) = v - s prox_{h / s}(v / s)`` (Moreau).

    Args:
        step_size: ``t``; by default ``1 / ||K||``.
        dual_step_size: ``s``; by default ``1 / (t ||K||^2)``, the largest for which convergence is sure.

    Source: Chambolle & Pock 2011, algorithm 1 with theta = 1.
    """

    step_size: float | Tensor | Schedule | None = None
    dual_step_size: float | Tensor | Schedule | None = None

    @dataclass(frozen=True)
    class State:
        """The estimate, the extrapolated point, the dual variable (none before the first step) and the step counter."""

        x: Tensor
        z: Tensor
        u: Any = None
        k: int = 0

    def prepare(self, f: LinearlyComposed, g: Proximable, x: Tensor) -> Self:
        """Take the step sizes from the norm of ``K`` unless they are given."""
        require(f, LinearlyComposed, "fidelity", self)
        require(g, Proximable, "prior", self)
        if self.step_size is not None and self.dual_step_size is not None:
            return self
        size = f.linear_norm(x)
        size = size.where(size > 0, 1)
        t = 1 / size if self.step_size is None else torch.as_tensor(resolve(self.step_size, 0), dtype=size.dtype)
        s = 1 / (t * size**2) if self.dual_step_size is None else self.dual_step_size
        return dataclasses.replace(self, step_size=t, dual_step_size=s)

    def init(self, x: Tensor) -> State:
        """Start from ``x`` and a zero dual variable."""
        return self.State(x, x)

    def step(self, f: LinearlyComposed, g: Proximable, state: State) -> State:
        """The dual step, the primal step, the extrapolation."""
        t = resolve(self.step_size, state.k)
        real = state.x.real
        s = torch.as_tensor(resolve(self.dual_step_size, state.k), dtype=real.dtype, device=real.device).reshape(-1)
        v = scale(s, f.linear(state.z))
        if state.u is not None:
            v = add(state.u, v)
        u = subtract(v, scale(s, f.outer_prox(scale(1 / s, v), 1 / s)))
        x = g.prox(state.x - per_image(t, state.x) * f.linear_adjoint(u), t)
        return self.State(x, 2 * x - state.x, u, state.k + 1)

    def residual(self, old: State, new: State) -> Tensor:
        """The relative changes of ``x`` and of the dual variable, the larger of the two."""
        primal = relative_change(old, new)
        if old.u is None:
            return primal + 1
        change, size = norm(subtract(new.u, old.u)), norm(new.u)
        return torch.maximum(primal, change / size.where(size > 0, 1))
