"""Means of pixels whose surroundings are similar."""

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage._ranges import check_count, check_level
from preimage._shapes import per_image
from preimage.denoisers.base import Denoiser, Traits
from preimage.errors import ArgumentError

__all__ = ["NonLocalMeans"]


class NonLocalMeans(Denoiser):
    r"""The mean of the pixels around each, weighted by how similar the patches around them are.

    ``w_ij = exp(-max(d_ij - 2 sigma^2, 0) / (gain sigma)^2)`` with ``d_ij`` the mean squared difference of the patches
    around ``i`` and ``j``, over all channels, from which noise alone is subtracted. The image is continued by its last
    pixels.

    Args:
        size: side of a patch in pixels, odd.
        reach: how far similar patches are looked for, in pixels, >= 1.
        gain: the width of the weights in units of ``sigma``, > 0.

    Shapes: ``x`` (B, C, H, W), real.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Buades, Coll, Morel, "A non-local algorithm for image denoising", CVPR 2005, and "Non-local means
    denoising", IPOL 2011.
    """

    def __init__(self, size: int = 5, reach: int = 10, gain: float = 0.4) -> None:
        super().__init__()
        if size < 1 or size % 2 == 0:
            raise ArgumentError(f"`size` must be odd and at least 1, got {size}; 5 is the default.")
        check_count("reach", reach, "10 is the default")
        check_level("gain", gain, "0.4 is the default")
        self.size = size
        self.reach = reach
        self.gain = gain
        self.traits = Traits(receptive_radius=reach + size // 2)

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        if not x.numel():
            return x.clone()
        half, (height, width) = self.size // 2, x.shape[-2:]
        margin = self.reach + half
        padded = F.pad(x, (margin, margin, margin, margin), mode="replicate")
        level = per_image(sigma, x).square()
        scale = (self.gain**2 * level).clamp_min(torch.finfo(x.dtype).tiny)
        tall, wide = height + 2 * half, width + 2 * half
        here = padded[:, :, self.reach : self.reach + tall, self.reach : self.reach + wide]
        total, weights = torch.zeros_like(x), torch.zeros_like(x[:, :1])
        for down in range(2 * self.reach + 1):
            for right in range(2 * self.reach + 1):
                there = padded[:, :, down : down + tall, right : right + wide]
                difference = F.avg_pool2d((there - here).square().mean(1, keepdim=True), self.size, 1)
                weight = (-(difference - 2 * level).clamp_min(0) / scale).exp()
                pixels = there[:, :, half : half + height, half : half + width]
                total, weights = total + weight * pixels, weights + weight
        return total / weights
