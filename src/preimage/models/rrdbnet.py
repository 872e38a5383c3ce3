"""Blind super-resolution by dense residual blocks."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from preimage._ranges import check_count
from preimage._tree import Measurement
from preimage.errors import ArgumentError
from preimage.physics import Physics
from preimage.reconstructor import Reconstructor

__all__ = ["RRDBNet"]

_DOUBLINGS = {1: 0, 2: 1, 4: 2}
_SHARE = 0.2  # of a block in what it is added to


class _Dense(nn.Module):
    """Five convolutions, each of all that came before."""

    def __init__(self, width: int, growth: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(width, growth, 3, padding=1)
        self.conv2 = nn.Conv2d(width + growth, growth, 3, padding=1)
        self.conv3 = nn.Conv2d(width + 2 * growth, growth, 3, padding=1)
        self.conv4 = nn.Conv2d(width + 3 * growth, growth, 3, padding=1)
        self.conv5 = nn.Conv2d(width + 4 * growth, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        known = x
        for conv in (self.conv1, self.conv2, self.conv3, self.conv4):
            known = torch.cat([known, F.leaky_relu(conv(known), 0.2)], 1)
        return x + _SHARE * self.conv5(known)


class _Block(nn.Module):
    def __init__(self, width: int, growth: int) -> None:
        super().__init__()
        self.RDB1, self.RDB2, self.RDB3 = (_Dense(width, growth) for _ in range(3))

    def forward(self, x: Tensor) -> Tensor:
        return x + _SHARE * self.RDB3(self.RDB2(self.RDB1(x)))


class RRDBNet(Reconstructor):
    """A larger image from a small one: residual blocks of dense blocks at the small size, then enlargement.

    The network is blind: what blurred and sampled the image is not asked of ``physics``. Layer names are those of the
    published checkpoints of BSRNet and BSRGAN (``conv_first``, ``RRDB_trunk.0.RDB1.conv1``, ``upconv1``, ``HRconv``,
    ``conv_last`` ...).

    Args:
        channels: image channels.
        factor: how many times larger each side becomes, 1, 2 or 4; 4 and 2 are published.
        width: feature channels; 64 is published.
        blocks: residual blocks; 23 are published.
        growth: features that each convolution of a dense block adds; 32 is published.

    Shapes: ``y`` (B, channels, H, W); the result is (B, channels, factor H, factor W).

    Raises:
        ArgumentError: ``factor`` is another number, or a number is below one.

    Source: Wang et al., "ESRGAN", ECCV workshops 2018; Zhang, Liang, Van Gool, Timofte, "Designing a practical
    degradation model for deep blind image super-resolution", ICCV 2021.
    """

    def __init__(self, channels: int = 3, factor: int = 4, width: int = 64, blocks: int = 23, growth: int = 32) -> None:
        super().__init__()
        if factor not in (1, 2, 4):
            raise ArgumentError(f"`factor` must be 1, 2 or 4, got {factor}; apply the network twice for 16.")
        for name, value in (("channels", channels), ("width", width), ("blocks", blocks), ("growth", growth)):
            check_count(name, value, "see the defaults")
        self.channels = channels
        self.factor = factor
        self.width = width
        self.blocks = blocks
        self.growth = growth
        self.conv_first = nn.Conv2d(channels, width, 3, padding=1)
        self.RRDB_trunk = nn.Sequential(*(_Block(width, growth) for _ in range(blocks)))
        self.trunk_conv = nn.Conv2d(width, width, 3, padding=1)
        for number in range(1, 1 + _DOUBLINGS[factor]):
            self.add_module(f"upconv{number}", nn.Conv2d(width, width, 3, padding=1))
        self.HRconv = nn.Conv2d(width, width, 3, padding=1)
        self.conv_last = nn.Conv2d(width, channels, 3, padding=1)

    def forward(self, y: Measurement, physics: Physics | None = None) -> Tensor:
        """The enlarged image of each sample of ``y``."""
        features = self.conv_first(y)
        features = features + self.trunk_conv(self.RRDB_trunk(features))
        for name in ("upconv1", "upconv2")[: _DOUBLINGS[self.factor]]:
            features = F.leaky_relu(
                self.get_submodule(name)(F.interpolate(features, scale_factor=2, mode="nearest")), 0.2
            )
        return self.conv_last(F.leaky_relu(self.HRconv(features), 0.2))
