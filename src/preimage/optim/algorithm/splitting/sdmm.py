"""Simultaneous direction method of multipliers, for periodic convolutions."""

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor
from typing_extensions import Self

from preimage._shapes import per_image
from preimage._tree import subtract
from preimage.fidelity import LinearLikelihood
from preimage.functional import Periodizable, Proximable
from preimage.optim.algorithm.base import Algorithm, require
from preimage.optim.algorithm.splitting._fourier import inverse_curvature, parts, require_fourier, solve, spread
from preimage.optim.algorithm.step_sizes import value
from preimage.optim.schedule import Schedule
from preimage.solve import relative_change

__all__ = ["SDMM"]


@dataclass(frozen=True)
class SDMM(Algorithm):
    r"""Minimise ``f(x) + h(K x) + c(x)`` by ADMM on ``K x``, where ``f`` is of a periodic convolution ``A``.

    ``x <- argmin_x f(x) + sum_i ||K_i x - z_i + u_i||^2 / (2 t_i)``, one division in the Fourier basis, then for each
    ``i``: ``v = u_i + r K_i x + (1 - r) z_i``, ``z_i <- prox_{t_i h_i}(v)``, ``u_i <- v - z_i``. The ``i`` are the
    prior ``h o K``, the constraint, and ``f`` itself, as ``h_f(A x)``, where its noise is not Gaussian.

    Args:
        step_size: ``t``; by default the prox of the prior shortens by about a sixth of the start's standard deviation.
        data_step_size: ``t`` of ``f`` where it is split; by default one over the curvature of ``h_f`` at the data.
        relaxation: ``r`` in (0, 2).
        constraint: ``c``, such as non-negativity.

    Source: Combettes & Pesquet 2011; split Bregman: Goldstein & Osher 2009; relaxed: Eckstein & Bertsekas 1992.
    """

    step_size: float | Tensor | Schedule | None = None
    data_step_size: float | Tensor | Schedule | None = None
    relaxation: float | Tensor | Schedule = 1.8
    constraint: Proximable | None = None

    @dataclass(frozen=True)
    class State:
        """The estimate, the split variables ``z`` and multipliers ``u`` (none before the first step), the counter."""

        x: Tensor
        z: tuple[Any, ...] | None = None
        u: tuple[Any, ...] | None = None
        k: int = 0

    def prepare(self, f: LinearLikelihood, g: Periodizable, x: Tensor) -> Self:
        """Choose the step sizes from the start unless they are given."""
        require_fourier(f, self)
        require(g, Periodizable, "prior", self)
        t = spread(g, x) / 6 if self.step_size is None else self.step_size
        s = inverse_curvature(f, x) if self.data_step_size is None else self.data_step_size
        return replace(self, step_size=t, data_step_size=s)

    def init(self, x: Tensor) -> State:
        """Start from ``x`` and zero multipliers."""
        return self.State(x)

    def step(self, f: LinearLikelihood, g: Periodizable, state: State) -> State:
        """The linear system, then the proxes."""
        terms, steps = parts(f, g, self, state.k)
        z = state.z or tuple(term.linear(state.x) for term in terms)
        u = state.u or tuple(torch.zeros_like(part) for part in z)
        x, r = solve(f, terms, steps, subtract(z, u), state.x), value(self.relaxation, state.x, state.k)
        triples = zip(z, u, terms, strict=True)
        v = tuple(torch.lerp(a, term.linear(x), per_image(r, a)).add_(b) for a, b, term in triples)
        z = tuple(term.outer_prox(part, t) for term, part, t in zip(terms, v, steps, strict=True))
        return self.State(x, z, subtract(v, z), state.k + 1)

    def residual(self, old: State, new: State) -> Tensor:
        """The change of ``x`` and of the multipliers, relative to ``x``: both vanish only at a solution."""
        after = new.u or ()
        return relative_change(old, new, *zip(old.u or map(torch.zeros_like, after), after, strict=True))
