"""Extrapolation along the last change, as far as corrections go on in one direction."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from typing_extensions import override

from preimage._shapes import per_image
from preimage.optim.acceleration._wrapper import Nested, Wrapper, require_algorithm
from preimage.optim.algorithm.base import MemorylessAlgorithm, PointAlgorithm

__all__ = ["VectorExtrapolation"]


@dataclass(frozen=True)
class VectorExtrapolation(Wrapper, PointAlgorithm):
    r"""Steps ``T`` of another algorithm from ``z_{k+1} = x_k + a_k (x_k - x_{k-1})``, with ``x_k = T(z_k)``.

    ``a_k = <g_k, g_{k-1}> / <g_{k-1}, g_{k-1}>`` within [0, 1], where ``g_k = x_k - z_k`` is what the step corrected:
    as long as corrections go on alike, steps go far ahead, and no step size is needed. Made for :class:`MLEM`, whose
    steps are short; a deconvolution takes a quarter of them. There is no guarantee of descent.

    Args:
        algorithm: a :class:`MemorylessAlgorithm`: :class:`MLEM`, :class:`SIRT`, :class:`GD`, :class:`PGD`.

    Source: Biggs & Andrews, Applied Optics 36, 1997, section 3.
    """

    algorithm: MemorylessAlgorithm

    def __post_init__(self) -> None:
        """Check that momentum can move the inner algorithm."""
        require_algorithm(self.algorithm, MemorylessAlgorithm, self)

    @dataclass(frozen=True)
    class State(Nested):
        """The inner state, the extrapolated point, and the last correction."""

        z: Tensor
        correction: Tensor

    @property
    @override
    def is_stationary(self) -> bool:
        return False

    def init(self, x: Tensor) -> State:
        """Start from ``x``, at rest."""
        inner = self.algorithm.init(x)
        return self.State(inner, inner.x, torch.zeros_like(x))

    def step(self, f: Any, g: Any, state: State) -> State:
        """An inner step from ``z``, then the extrapolation."""
        start = self.algorithm.moved(state.inner, state.z)
        inner = self.algorithm.step(f, g, start)
        correction = inner.x - start.x
        size = _dot(state.correction, state.correction)
        share = (_dot(correction, state.correction) / size.where(size > 0, 1)).clamp(0, 1)
        return self.State(inner, inner.x + per_image(share, inner.x) * (inner.x - state.x), correction)

    def point(self, state: State) -> Tensor:
        """The extrapolated point, from which the next step starts."""
        return state.z


def _dot(a: Tensor, b: Tensor) -> Tensor:
    """The real inner product of each sample, (B,)."""
    return (a.conj() * b).real.flatten(1).sum(1)
