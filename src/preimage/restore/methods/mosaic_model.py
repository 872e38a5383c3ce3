"""A model that reconstructs from a mosaic, as a map from pictures to pictures."""

import math
from collections.abc import Callable
from dataclasses import replace

from torch import Tensor

from preimage.denoisers import Denoiser
from preimage.models.sparse import SC
from preimage.physics import Demosaicing, GaussianNoise

__all__ = ["MosaicModel"]


class MosaicModel(Denoiser):
    """``x -> model(y, A)`` for ``x = A^T y``, the mosaic ``y`` with zeros for the other colours.

    Tiles have to start at even places, where the pattern does.

    Args:
        model: what reconstructs.
        pattern: colours of the 2x2 cell at the top left, row by row.
    """

    def __init__(self, model: SC, pattern: str) -> None:
        super().__init__()
        self.model = model
        self.pattern = pattern
        self.traits = replace(model.traits, channels=3, stride=math.lcm(model.traits.stride, 2))

    def footprint(self) -> Callable[[int], int]:
        """That of the model."""
        return self.model.footprint()

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """The picture; where ``sigma`` is zero it keeps what was measured."""
        noisy = bool(sigma > 0) if isinstance(sigma, Tensor) else sigma > 0
        physics = Demosaicing(self.pattern, noise=GaussianNoise(sigma) if noisy else None)
        return self.model.reconstruct(physics.A(x), physics)
