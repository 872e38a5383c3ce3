"""A model that reconstructs from samples, as a map from pictures to pictures."""

import math
from collections.abc import Callable
from dataclasses import replace

from torch import Tensor

from preimage.denoisers import Denoiser
from preimage.models.sparse import SC
from preimage.physics import GaussianNoise, LinearPhysics, NoNoise

__all__ = ["PatchModel"]


class PatchModel(Denoiser):
    """``x -> model(y, A)`` for ``x = A^T y``, the samples ``y`` with zeros in between.

    Tiles have to start at multiples of ``period``, where the pattern of the samples does.

    Args:
        model: what reconstructs.
        physics: ``A``, for pictures of any size.
        period: the pixels after which it repeats.
    """

    def __init__(self, model: SC, physics: LinearPhysics, period: int) -> None:
        super().__init__()
        self.model = model
        self.physics = physics
        self.period = period
        self.traits = replace(model.traits, channels=3, stride=math.lcm(model.traits.stride, period))

    def footprint(self) -> Callable[[int], int]:
        """That of the model."""
        return self.model.footprint()

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """The picture; where ``sigma`` is zero it keeps what was measured."""
        noisy = bool(sigma > 0) if isinstance(sigma, Tensor) else sigma > 0
        physics = self.physics.replace(noise=GaussianNoise(sigma) if noisy else NoNoise())
        return self.model.reconstruct(physics.A(x), physics)
