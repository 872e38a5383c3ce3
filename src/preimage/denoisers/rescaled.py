"""Denoisers made for images of another range."""

import dataclasses
import math

from torch import Tensor

from preimage._ranges import check_level
from preimage.denoisers.base import Denoiser, DenoiserWrapper
from preimage.errors import ArgumentError

__all__ = ["RescaledDenoiser"]


class RescaledDenoiser(DenoiserWrapper):
    """``(D(scale x + offset, scale sigma) - offset) / scale``: a denoiser ``D`` made for images of another range.

    Published diffusion networks take images in [-1, 1]: with scale 2 and offset -1, the defaults, they take those in
    [0, 1], and levels in these units.

    Args:
        denoiser: ``D``.
        scale: > 0.
        offset: what black becomes.

    Raises:
        ArgumentError: ``scale`` is not above zero, or a number not finite.

    Source: the definition.
    """

    def __init__(self, denoiser: Denoiser, scale: float = 2.0, offset: float = -1.0) -> None:
        super().__init__(denoiser)
        check_level("scale", scale, "2 is that of images in [-1, 1]")
        if not math.isfinite(offset):
            raise ArgumentError(f"`offset` must be a finite number, got {offset}; -1 is that of images in [-1, 1].")
        self.scale = scale
        self.offset = offset
        low, high = denoiser.traits.sigma_range
        self.traits = dataclasses.replace(denoiser.traits, sigma_range=(low / scale, high / scale))

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        return (self.denoiser(self.scale * x + self.offset, self.scale * sigma) - self.offset) / self.scale
