"""Accelerated proximal gradient descent."""

from dataclasses import dataclass

import torch
from torch import Tensor
from typing_extensions import Self, override

from preimage._shapes import per_image
from preimage._tree import add_scaled
from preimage.functional import Proximable, Smooth
from preimage.optim.algorithm.base import GradientAlgorithm, require_terms, with_step_size
from preimage.optim.schedule import Schedule, resolve

__all__ = ["FISTA"]


@dataclass(frozen=True)
class FISTA(GradientAlgorithm):
    r"""Minimise ``f + g``, ``f`` smooth and ``g`` proximable, by proximal gradient steps from an extrapolated point.

    ``x_k = prox_{t g}(z_k - t grad f(z_k))``, ``a_{k+1} = (1 + sqrt(1 + 4 a_k^2)) / 2``,
    ``z_{k+1} = x_k + (a_k - 1) / a_{k+1} (x_k - x_{k-1})``.

    Args:
        step_size: ``t`` > 0; by default ``1 / L`` with ``L`` the Lipschitz constant of ``grad f``.

    Source: Beck & Teboulle 2009, equations 4.1-4.3.
    """

    step_size: float | Tensor | Schedule | None = None

    @dataclass(frozen=True)
    class State:
        """The estimate, the extrapolated point, the momentum number ``a`` (B,) and the step counter."""

        x: Tensor
        z: Tensor
        a: Tensor
        k: int = 0

    @property
    @override
    def is_stationary(self) -> bool:
        return False

    def prepare(self, f: Smooth, g: Proximable, x: Tensor) -> Self:
        """Take the step size from the Lipschitz constant of ``f`` unless it is given."""
        require_terms(self, (f, Smooth), (g, Proximable))
        return with_step_size(self, x, f)

    def init(self, x: Tensor) -> State:
        """Start from ``x``, at rest."""
        return self.State(x, x, x.real.new_ones(x.shape[0]))

    def step(self, f: Smooth, g: Proximable, state: State) -> State:
        """A proximal gradient step, then the extrapolation."""
        t = resolve(self.step_size, state.k)
        x = g.prox(add_scaled(state.z, t, f.grad(state.z), -1), t)
        a = (1 + (1 + 4 * state.a**2).sqrt()) / 2
        z = torch.lerp(state.x, x, per_image(1 + (state.a - 1) / a, x).to(x.dtype))
        return self.State(x, z, a, state.k + 1)

    def point(self, state: State) -> Tensor:
        """The extrapolated point, from which the next step starts."""
        return state.z
