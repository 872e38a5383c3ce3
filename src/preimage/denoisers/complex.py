"""Denoisers of complex images."""

import torch
from torch import Tensor

from preimage.denoisers.base import DenoiserWrapper

__all__ = ["ComplexDenoiser"]


class ComplexDenoiser(DenoiserWrapper):
    r"""A denoiser of real images in [0, 1], applied to real and imaginary parts, which are in [-1, 1].

    Either part ``p`` becomes ``2 D((p + 1) / 2, sigma / 2) - 1``: an image in [0, 1] with half the noise. ``sigma`` is
    the standard deviation of each part. Real images go to ``D`` as they are.

    Args:
        denoiser: ``D``.

    Shapes: (B, C, H, W), complex or real.

    Source: this library.
    """

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        if not x.is_complex():
            return self.denoiser(x, sigma)
        level = sigma / 2
        if isinstance(level, Tensor) and level.ndim:
            level = torch.cat([level.expand(len(x)), level.expand(len(x))]) if level.ndim == 1 else level.repeat(2)
        parts = self.denoiser(torch.cat([x.real, x.imag]) / 2 + 0.5, level)
        return torch.complex(*(2 * parts - 1).chunk(2))
