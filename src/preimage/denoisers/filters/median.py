"""Medians of neighbouring pixels."""

import torch.nn.functional as F
from torch import Tensor

from preimage.denoisers.base import Denoiser, Traits
from preimage.errors import ArgumentError

__all__ = ["MedianFilter"]


class MedianFilter(Denoiser):
    """The median of the ``size x size`` pixels around each, channel by channel; ``sigma`` is not used.

    It removes single wrong pixels whatever their values. The image is continued by its last pixels.

    Args:
        size: side of the window in pixels, odd.

    Shapes: ``x`` (B, C, H, W), real.

    Raises:
        ArgumentError: ``size`` is even, or below one.

    Source: Tukey, "Exploratory data analysis", Addison-Wesley, 1977.
    """

    def __init__(self, size: int = 3) -> None:
        super().__init__()
        if size < 1 or size % 2 == 0:
            raise ArgumentError(f"`size` must be odd and at least 1, got {size}; 3 is the default.")
        self.size = size
        self.traits = Traits(receptive_radius=size // 2)

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        if not x.numel():
            return x.clone()
        half = self.size // 2
        padded = F.pad(x, (half, half, half, half), mode="replicate")
        return padded.unfold(2, self.size, 1).unfold(3, self.size, 1).flatten(-2).median(-1).values
