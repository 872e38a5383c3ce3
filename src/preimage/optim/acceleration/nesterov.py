"""Nesterov's momentum around any algorithm that remembers nothing but its estimate."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from typing_extensions import override

from preimage._shapes import per_image
from preimage.optim.acceleration._wrapper import Nested, Wrapper, require_algorithm
from preimage.optim.algorithm.base import MemorylessAlgorithm, PointAlgorithm

__all__ = ["Nesterov"]


@dataclass(frozen=True)
class Nesterov(Wrapper, PointAlgorithm):
    r"""Steps ``T`` of another algorithm from an extrapolated point, which for :class:`PGD` is :class:`FISTA`.

    ``x_k = T(z_k)``, ``a_{k+1} = (1 + sqrt(1 + 4 a_k^2)) / 2``,
    ``z_{k+1} = x_k + (a_k - 1) / a_{k+1} (x_k - x_{k-1})``. The rate ``1 / k^2`` is proved for gradient and proximal
    gradient steps on convex functions. ``f`` must be defined at ``z``, which may leave a set that holds every ``x``.

    Args:
        algorithm: a :class:`MemorylessAlgorithm`: :class:`GD`, :class:`PGD`, or :class:`Backtracking` around these.

    Source: Nesterov 1983; Beck & Teboulle 2009, equations 4.1-4.3.
    """

    algorithm: MemorylessAlgorithm

    def __post_init__(self) -> None:
        """Check that momentum can move the inner algorithm."""
        require_algorithm(self.algorithm, MemorylessAlgorithm, self)

    @dataclass(frozen=True)
    class State(Nested):
        """The inner state, the extrapolated point and the momentum number ``a`` (B,)."""

        z: Tensor
        a: Tensor

    @property
    @override
    def is_stationary(self) -> bool:
        return False

    def init(self, x: Tensor) -> State:
        """Start from ``x``, at rest."""
        return self.State(self.algorithm.init(x), x, x.real.new_ones(x.shape[0]))

    def step(self, f: Any, g: Any, state: State) -> State:
        """An inner step from ``z``, then the extrapolation."""
        inner = self.algorithm.step(f, g, self.algorithm.moved(state.inner, state.z))
        a = (1 + (1 + 4 * state.a**2).sqrt()) / 2
        z = torch.lerp(state.x, inner.x, per_image(1 + (state.a - 1) / a, inner.x).to(inner.x.dtype))
        return self.State(inner, z, a)

    def point(self, state: State) -> Tensor:
        """The extrapolated point, from which the next step starts."""
        return state.z
