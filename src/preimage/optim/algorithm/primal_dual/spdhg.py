"""Stochastic primal-dual hybrid gradient."""

from dataclasses import dataclass, replace
from typing import Any, cast

import torch
from torch import Tensor
from typing_extensions import Self

from preimage._shapes import per_image
from preimage._tree import subtract
from preimage.functional import LinearlyComposed, Proximable, Smooth
from preimage.optim.algorithm.base import require, require_terms
from preimage.optim.algorithm.primal_dual._dual import primal_dual_change
from preimage.optim.algorithm.step_sizes import default_steps, value, values
from preimage.optim.algorithm.subsets import DrawsTerms, draw_term, require_sum
from preimage.optim.schedule import Schedule, resolve

__all__ = ["SPDHG"]


@dataclass(frozen=True)
class SPDHG(DrawsTerms):
    r"""Minimise ``sum_i h_i(K_i x) + g(x)``, the sum being ``f``, by the dual step of one term ``j`` drawn at random.

    ``x <- prox_{t g}(x - t z)``, ``u_j <- prox_{s_j h_j*}(u_j + s_j K_j x)``, ``d = K_j^H (u_j - u_j_old)``,
    ``a <- a + d`` (the sum of all ``K_i^H u_i``), ``z = a + n d``.

    Args:
        step_size: ``t`` > 0; by default as in :class:`PDHG`.
        dual_step_size: ``s`` > 0, or a tuple; by default ``s_i = 0.99 / (n t ||K_i||^2)``; up to 0.99 is safe.
        seed: the seed of the order of the terms, which is the same for all samples and in every run.

    Source: Chambolle, Ehrhardt, Richtarik, Schoenlieb 2018, algorithm 1 with uniform sampling.
    """

    step_size: float | Tensor | Schedule | None = None
    dual_step_size: float | Tensor | Schedule | tuple[float | Tensor | Schedule, ...] | None = None
    seed: int = 0

    @dataclass(frozen=True)
    class State:
        """The estimate, the direction ``z``, the sum ``a``, the dual variables (none until drawn), the step counter."""

        x: Tensor
        z: Tensor
        a: Tensor
        u: tuple[Any, ...] | None = None
        k: int = 0

    def prepare(self, f: Smooth, g: Proximable, x: Tensor) -> Self:
        """Take the step sizes from the norms of the ``K_i`` unless they are given."""
        require_sum(f, self)
        require_terms(self, (f, Smooth), (g, Proximable))
        for h in (terms := cast(tuple[Any, ...], f.terms())):
            require(h, LinearlyComposed, "fidelity's every term", self)
        t, s = default_steps(terms, x, self.step_size, self.dual_step_size, total=0.99)
        return replace(self, step_size=t, dual_step_size=s)

    def init(self, x: Tensor) -> State:
        """Start from ``x`` and zero dual variables."""
        return self.State(x, torch.zeros_like(x), torch.zeros_like(x))

    def step(self, f: Smooth, g: Proximable, state: State) -> State:
        """The primal step, the dual step of one term, the extrapolation."""
        terms: tuple[Any, ...] = f.terms()
        t, steps = resolve(self.step_size, state.k), values(self.dual_step_size, state.x, state.k, len(terms))
        x = g.prox(state.x - per_image(t, state.x) * state.z, t)
        j, u = draw_term(self.seed, state.k, len(terms)), state.u or (None,) * len(terms)
        v = terms[j].dual_ascent(u[j], x, steps[j])
        a = state.a + (d := terms[j].linear_adjoint(v if u[j] is None else subtract(v, u[j])))
        return self.State(x, torch.add(a, d, alpha=len(terms)), a, (*u[:j], v, *u[j + 1 :]), state.k + 1)

    def residual(self, old: State, new: State) -> Tensor:
        """The relative change of ``x`` and, in its units, of the dual variables."""
        t, steps = value(self.step_size, new.x, old.k), values(self.dual_step_size, new.x, old.k, len(new.u or ()))
        return primal_dual_change(old, new, [t / s for s in steps])
