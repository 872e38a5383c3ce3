"""SwinIR: residual groups of attention among the pixels of windows."""

import math
from collections.abc import Sequence

from torch import Tensor, nn

from preimage._ranges import check_level
from preimage.denoisers.base import Denoiser, Traits
from preimage.denoisers.blocks.swin import SwinTrunk, swin_trunk, through_trunk
from preimage.denoisers.networks.padding import on_multiples

__all__ = ["SwinIR"]


class SwinIR(Denoiser):
    """A trunk of windowed attention between two convolutions: ``x + conv(trunk(x))``; ``sigma`` is not used.

    Published are networks for one noise level each (15, 25 and 50 of 255), ``SwinIR(1)`` and ``SwinIR(3)``, and for one
    quality of JPEG each (10 to 40), ``SwinIR(channels, window=7, peak=255)``. Layer names are those of their
    checkpoints (``conv_first``, ``layers.0.residual_group.blocks.0.attn.qkv``, ``conv_last`` ...). Sizes that are no
    multiple of the window are continued by their last pixels (the publication mirrors them). Attention passes on what
    is in its windows, from layer to layer over hundreds of pixels, so that no reach is told.

    Args:
        channels: image channels.
        width: feature channels, a multiple of each number of heads; 180 is published.
        depths: layers of each group; six times 6 are published.
        heads: the number of them in each group; six times 6 are published.
        window: pixels a side; layers shift it by half of that.
        peak: the value of white in the training; images here are in [0, 1].

    Shapes: ``x`` (B, channels, H, W); the result is like ``x``.

    Raises:
        ArgumentError: ``depths`` and ``heads`` differ in number, a number is below one, or ``width`` is no multiple.

    Source: Liang, Cao, Sun, Zhang, Van Gool, Timofte, "SwinIR: image restoration using Swin transformer", ICCV
    workshops 2021.
    """

    def __init__(
        self,
        channels: int = 3,
        width: int = 180,
        depths: Sequence[int] = (6, 6, 6, 6, 6, 6),
        heads: Sequence[int] = (6, 6, 6, 6, 6, 6),
        window: int = 8,
        peak: float = 1.0,
    ) -> None:
        super().__init__()
        check_level("peak", peak, "1 is that of the denoisers, 255 that of the networks for JPEG")
        self.channels = channels
        self.width = width
        self.depths = tuple(depths)
        self.heads = tuple(heads)
        self.window = window
        self.peak = peak
        self.conv_first = nn.Conv2d(channels, width, 3, padding=1)
        self.patch_embed, self.layers, self.norm, self.conv_after_body = swin_trunk(width, depths, heads, window)
        self.conv_last = nn.Conv2d(width, channels, 3, padding=1)
        self.traits = Traits(channels, (0.0, math.inf), stride=window)

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        return on_multiples(self._whole, x, self.window)

    def _whole(self, x: Tensor) -> Tensor:
        trunk = SwinTrunk(self.patch_embed, self.layers, self.norm, self.conv_after_body)
        return x + self.conv_last(through_trunk(trunk, self.conv_first(self.peak * x))) / self.peak
