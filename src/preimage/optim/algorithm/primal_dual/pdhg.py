"""Primal-dual hybrid gradient."""

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor
from typing_extensions import Self

from preimage.functional import Proximable
from preimage.optim.algorithm.base import Algorithm
from preimage.optim.algorithm.primal_dual._balance import balanced
from preimage.optim.algorithm.primal_dual._dual import primal_dual_change, split
from preimage.optim.algorithm.step_sizes import curvature, default_steps, value, values
from preimage.optim.schedule import Schedule

__all__ = ["PDHG"]


@dataclass(frozen=True)
class PDHG(Algorithm):
    r"""Minimise ``sum_i h_i(K_i x) + p(x)`` by proxes of ``h_i`` and ``p``: no system with a ``K_i`` is solved.

    ``u_i <- prox_{s_i h_i*}(u_i + s_i K_i z)``, ``x_new <- prox_{t p}(x - t sum_i K_i^H u_i)``, ``z <- 2 x_new - x``.
    Of ``f`` and ``g``, what is LinearlyComposed is an ``h_i o K_i`` (one at least), save an ``f`` with a ClosedProx
    where ``g`` is one and there is no constraint. Of the rest and the constraint, one may be other than Zero: ``p``.

    Args:
        step_size: ``t``; by default, where ``p`` is ``f``, ``||x - mean x|| / (10 ||K|| ||u||)`` with the start ``x``
            and a subgradient ``u`` of ``h`` at ``K x`` (if none can be had, 10 over the curvature of ``f``); else one
            over that of a Gaussian or Poisson term (of the latter about where ``A x = y``), or over the norm of all K.
        dual_step_size: ``s``, or a tuple ``(s_1, s_2)``; by default ``s_i = 1 / (n t ||K_i||^2)`` for n terms, so that
            ``t sum_i s_i ||K_i||^2 = 1``, the most for which convergence is sure, in equal shares.
        constraint: a term beside ``f`` and ``g``, such as non-negativity.

    Source: Chambolle & Pock 2011, algorithm 1 with theta = 1.
    """

    step_size: float | Tensor | Schedule | None = None
    dual_step_size: float | Tensor | Schedule | tuple[float | Tensor | Schedule, ...] | None = None
    constraint: Proximable | None = None

    @dataclass(frozen=True)
    class State:
        """The estimate, the extrapolated point, the dual variables (none before the first step), the counter."""

        x: Tensor
        z: Tensor
        u: tuple[Any, ...] | None = None
        k: int = 0

    def prepare(self, f: Any, g: Any, x: Tensor) -> Self:
        """Take the step sizes from the norms of the ``K_i`` unless they are given."""
        terms, p = split(f, g, self.constraint, self)
        t, s = self.step_size, self.dual_step_size
        t = balanced(terms[0], x, curvature(f, x)) if t is None and s is None and p is f else t
        t, s = default_steps(terms, x, t, s)
        return replace(self, step_size=t, dual_step_size=s)

    def init(self, x: Tensor) -> State:
        """Start from ``x`` and zero dual variables."""
        return self.State(x, x)

    def step(self, f: Any, g: Any, state: State) -> State:
        """The dual steps, the primal step, the extrapolation."""
        terms, p = split(f, g, self.constraint, self)
        t, steps = value(self.step_size, state.x, state.k), values(self.dual_step_size, state.x, state.k, len(terms))
        triples = zip(terms, state.u or (None,) * len(terms), steps, strict=True)
        u = tuple(h.dual_ascent(v, state.z, s) for h, v, s in triples)
        x = state.x
        for h, v in zip(terms, u, strict=True):
            x = h.primal_descent(x, v, t)
        x = p.prox(x, t)
        return self.State(x, torch.lerp(state.x, x, 2.0), u, state.k + 1)  # 2 x - state.x

    def residual(self, old: State, new: State) -> Tensor:
        """The relative change of ``x`` and, in its units, of the dual variables: both vanish only at a solution."""
        steps = values(self.dual_step_size, new.x, old.k, len(new.u or ()))
        return primal_dual_change(old, new, [value(self.step_size, new.x, old.k) / s for s in steps])
