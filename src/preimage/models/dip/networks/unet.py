"""The U-Net as a deep image prior: wide connections across every scale."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from preimage._ranges import check_count
from preimage.errors import ArgumentError
from preimage.models.dip.networks.blocks import NormalizedResidualBlock, conv_norm
from preimage.models.dip.networks.generator import Generator

__all__ = ["UNetGenerator"]


def _double(inputs: int, outputs: int) -> nn.Module:
    return nn.Sequential(conv_norm(inputs, outputs), nn.ReLU(), conv_norm(outputs, outputs), nn.ReLU())


class _Up(nn.Module):
    """Enlarges, convolves, and joins what comes across, where anything does."""

    def __init__(self, below: int, channels: int, across: bool, block: Callable[[int, int], nn.Module]) -> None:
        super().__init__()
        self.enlarged = conv_norm(below, channels)
        self.joined = block(2 * channels if across else channels, channels)
        self.across = across

    def forward(self, deep: Tensor, kept: Tensor) -> Tensor:
        x = self.enlarged(F.interpolate(deep, scale_factor=2, mode="bilinear", align_corners=False)).relu()
        return self.joined(torch.cat([kept, x], 1) if self.across else x)


class UNetGenerator(Generator):
    """Two convolutions a scale, down by the maximum of 2x2, up by enlargement, everything handed across.

    On the way up, what comes from below is enlarged bilinearly, brought to the channels of its scale by a 3x3
    convolution, and joined to what the way down had there. As a prior, the wide connections do harm: holes are not
    filled from afar. Without ``across`` it is an hourglass of the same blocks.

    Args:
        inputs, outputs: channels, >= 1.
        channels: the number of channels of each scale from fine to coarse, the first at full size, >= 1 each.
        bounded: whether a sigmoid keeps values in (0, 1).
        residual: whether the two convolutions of a scale are a residual block.
        across: whether the way up sees what the way down had.

    Shapes: (1, inputs, h, w) to (1, outputs, h, w).

    Raises:
        ArgumentError: a number of channels is below one, or there is no scale.

    Source: Ronneberger, Fischer, Brox, "U-Net", MICCAI 2015; Ulyanov, Vedaldi, Lempitsky, "Deep image prior", CVPR
    2018, figure 8.
    """

    def __init__(
        self,
        inputs: int = 32,
        outputs: int = 3,
        channels: Sequence[int] = (16, 32, 64, 128, 256),
        bounded: bool = True,
        residual: bool = False,
        across: bool = True,
    ) -> None:
        super().__init__()
        if not channels:
            raise ArgumentError("`channels` must hold at least one number, got none; give one a scale.")
        for name, value in (("inputs", inputs), ("outputs", outputs), *(("channels", number) for number in channels)):
            check_count(name, value, "see the defaults")
        self.inputs, self.outputs, self.stride = inputs, outputs, 2 ** (len(channels) - 1)
        self.least = 2 * self.stride
        block = NormalizedResidualBlock if residual else _double
        self.start = block(inputs, channels[0])
        self.downs = nn.ModuleList(nn.Sequential(nn.MaxPool2d(2), block(a, b)) for a, b in pairwise(channels))
        self.ups = nn.ModuleList(_Up(b, a, across, block) for a, b in pairwise(channels))
        self.head = nn.Conv2d(channels[0], outputs, 1)
        self.bounded = bounded

    def forward(self, z: Tensor) -> Tensor:
        """The image drawn from ``z``."""
        kept = [self.start(z)]
        for down in self.downs:
            kept.append(down(kept[-1]))
        x = kept.pop()
        for up in reversed(self.ups):
            x = up(x, kept.pop())
        x = self.head(x)
        return x.sigmoid() if self.bounded else x
