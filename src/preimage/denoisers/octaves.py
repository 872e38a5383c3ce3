"""Noise that goes on from pixel to pixel, removed scale by scale."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage._shapes import check_image
from preimage.denoisers.base import Denoiser, DenoiserWrapper

__all__ = ["OctaveDenoiser"]


class OctaveDenoiser(DenoiserWrapper):
    r"""A denoiser of white noise, for noise whose level differs from octave to octave.

    Made ``s`` times smaller by means over ``s x s`` pixels, the noise of cameras is nearly white. So the coarsest
    picture is denoised first; what that took away is taken, interpolated, from the next finer picture, whose remaining
    noise has fine frequencies only; and so on to the picture itself.

    Args:
        denoiser: for white noise.
        levels: standard deviations of the white noise as strong as that of each octave, the finest first, by the level
            that is asked for; at scale ``s`` the denoiser is told ``levels[k] sigma / s``.

    Shapes: ``x`` (B, C, H, W), ``sigma`` a float or (B,); the result is like ``x``.

    Source: this library.
    """

    def __init__(self, denoiser: Denoiser, levels: Sequence[float]) -> None:
        super().__init__(denoiser)
        self.levels = tuple(float(level) for level in levels)

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        check_image(x, spatial=(2,))
        return self._denoised(x, torch.as_tensor(sigma, dtype=x.dtype, device=x.device), 0)

    def _denoised(self, x: Tensor, sigma: Tensor, octave: int) -> Tensor:
        """Of a picture ``2^octave`` times smaller than that which was given."""
        if octave + 1 < len(self.levels) and min(x.shape[-2:]) >= 16:
            small = F.avg_pool2d(x, 2, ceil_mode=True, count_include_pad=False)
            change = self._denoised(small, sigma, octave + 1) - small
            wide = F.interpolate(change, scale_factor=2, mode="bilinear", align_corners=False)
            x = x + wide[..., : x.shape[-2], : x.shape[-1]]
        return self.denoiser(x, self.levels[octave] * sigma / 2**octave)
