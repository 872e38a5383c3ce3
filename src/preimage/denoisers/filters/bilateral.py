"""Means of neighbouring pixels of similar value."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage._ranges import check_level
from preimage._shapes import per_image
from preimage.denoisers.base import Denoiser, Traits

__all__ = ["BilateralFilter"]


class BilateralFilter(Denoiser):
    r"""The mean of the pixels around each, weighted by nearness in place and in value.

    ``w_ij = exp(-|i - j|^2 / (2 spread^2)) exp(-||x_i - x_j||^2 / (2 C (gain sigma)^2))`` with the norm over all ``C``
    channels, over a square window of three times ``spread`` to each side. The image is continued by its last pixels.

    Args:
        spread: standard deviation of the weights in place, in pixels, > 0.
        gain: standard deviation of the weights in value, in units of ``sigma``, > 0.

    Shapes: ``x`` (B, C, H, W), real.

    Raises:
        ArgumentError: a number is not positive.

    Source: Tomasi and Manduchi, "Bilateral filtering for gray and color images", ICCV 1998.
    """

    def __init__(self, spread: float = 1.5, gain: float = 2.0) -> None:
        super().__init__()
        check_level("spread", spread, "give pixels")
        check_level("gain", gain, "2 is the default")
        self.spread = spread
        self.gain = gain
        self.traits = Traits(receptive_radius=math.ceil(3 * spread))

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        if not x.numel():
            return x.clone()
        reach, (height, width) = math.ceil(3 * self.spread), x.shape[-2:]
        padded = F.pad(x, (reach, reach, reach, reach), mode="replicate")
        scale = (2 * (self.gain * per_image(sigma, x)).square()).clamp_min(torch.finfo(x.dtype).tiny)
        total, weights = torch.zeros_like(x), torch.zeros_like(x[:, :1])
        for down in range(2 * reach + 1):
            for right in range(2 * reach + 1):
                there = padded[:, :, down : down + height, right : right + width]
                away = ((down - reach) ** 2 + (right - reach) ** 2) / (2 * self.spread**2)
                weight = (-away - (there - x).square().mean(1, keepdim=True) / scale).exp()
                total, weights = total + weight * there, weights + weight
        return total / weights
