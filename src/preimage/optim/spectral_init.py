"""A first estimate for phase retrieval."""

from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._ranges import check_count, check_level
from preimage._tree import Measurement, norm, scale, sum_leaves, tree_map
from preimage.errors import CapabilityError
from preimage.physics import IntensityPhysics, Physics
from preimage.solve import leading_eigenvector

__all__ = ["SpectralInit"]


@dataclass(frozen=True)
class SpectralInit:
    r"""The leading eigenvector of ``B^H diag(T(y)) B`` for intensities ``y = |B x|^2``, ``T(y) = max(1 - m / y, -5)``.

    ``m`` is the mean of ``y`` (of each sensor), so that ``T`` favours the rows that ``x`` is aligned with. For random
    ``B`` no other ``T`` correlates more with ``x``. Found by :func:`preimage.solve.leading_eigenvector` from a fixed
    start, in a few steps where power iteration takes hundreds; scaled to the energy of ``y``. The global phase is
    arbitrary, and no gradients are recorded.

    Args:
        max_steps: the most steps, each of which applies ``B`` and ``B^H`` once, >= 0.
        tol: a sample stops when the relative change in a step is at most this, >= 0.
        is_real: look among real images only, for a complex ``B``.

    Raises:
        CapabilityError: the physics is no :class:`preimage.physics.IntensityPhysics`, such as ``PhaseRetrieval``.

    Source: Luo, Alghamdi, Lu, "Optimal spectral initialization for signal recovery with applications to phase
    retrieval", TSP 2019; Mondelli & Montanari 2018.
    """

    max_steps: int = 1000
    tol: float = 1e-5
    is_real: bool = False

    def __post_init__(self) -> None:
        """Require that the fields are in their ranges."""
        check_count("max_steps", self.max_steps, "the iteration needs one", least=0)
        check_level("tol", self.tol, "1e-5 is usual", zero=True)

    @torch.no_grad()
    def __call__(self, y: Measurement, physics: Physics) -> Tensor:
        """The estimate of each sample of ``y``."""
        if not isinstance(physics, IntensityPhysics):
            raise CapabilityError(
                f"`physics` must be IntensityPhysics, got {type(physics).__name__}; use another init."
            )
        operator, weights = physics.operator, tree_map(_preprocessed, y)
        start = self._start(operator.A_adjoint(tree_map(lambda leaf: leaf.clamp_min(0).sqrt(), y)))

        def apply(x: Tensor) -> Tensor:
            pulled = operator.weighted_gram(x, weights)
            return pulled if start.is_complex() else pulled.real

        x = leading_eigenvector(apply, start, self.max_steps, self.tol).x
        energy = sum_leaves(lambda leaf: leaf.clamp_min(0), y) / sum_leaves(_identity, physics.A(x))
        return scale(energy.sqrt(), x)

    def _start(self, like: Tensor) -> Tensor:
        """Normal numbers, the same for every sample."""
        dtype = like.real.dtype if self.is_real else like.dtype
        normal = torch.randn((1, *like.shape[1:]), generator=torch.Generator().manual_seed(0), dtype=dtype)
        return scale(1 / norm(normal), normal).to(like.device).expand(like.shape).clone()


def _preprocessed(y: Tensor) -> Tensor:
    """``max(1 - mean(y) / y, -5)``, which is -5 where ``y`` is zero or negative."""
    mean = y.flatten(1).mean(1).reshape(-1, *(1,) * (y.ndim - 1))
    positive = y > 0
    return torch.where(positive, 1 - mean / y.where(positive, 1), -5).clamp_min(-5)


def _identity(leaf: Tensor) -> Tensor:
    return leaf
