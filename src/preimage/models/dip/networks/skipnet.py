"""The hourglass of the Deep Image Prior, with thin skip connections or none."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from preimage._ranges import check_count
from preimage.errors import ArgumentError
from preimage.models.dip.networks.generator import Generator

__all__ = ["SLENDER", "SkipNet", "SkipScale", "scales"]

Upsampling = Literal["bilinear", "nearest"]
Downsampling = Literal["stride", "average"]


@dataclass(frozen=True)
class SkipScale:
    """One scale of a :class:`SkipNet`.

    Args:
        channels: the number of channels of the two convolutions on the way down and of those on the way up, >= 1.
        skip: channels of the connection across, through a 1x1 convolution; none where 0.
        kernel: side of the convolutions on the way down, odd; those on the way up have side 3.
        upsampling: how what comes from below is enlarged.
        downsampling: a convolution of stride 2, or one of stride 1 before an average of 2x2.
        pointwise: whether a 1x1 convolution ends the way up.

    Raises:
        ArgumentError: a number is out of its range, or ``kernel`` is even.
    """

    channels: int = 128
    skip: int = 4
    kernel: int = 3
    upsampling: Upsampling = "bilinear"
    downsampling: Downsampling = "stride"
    pointwise: bool = True

    def __post_init__(self) -> None:
        check_count("channels", self.channels, "128 is the default")
        check_count("skip", self.skip, "zero has no connection", least=0)
        check_count("kernel", self.kernel, "3 is the default")
        if self.kernel % 2 == 0:
            raise ArgumentError(f"`kernel` must be odd, got {self.kernel}; add one.")


def scales(channels: Sequence[int], skip: Sequence[int] | int, like: SkipScale = SkipScale()) -> tuple[SkipScale, ...]:
    """Make the scales of a :class:`SkipNet`, from fine to coarse.

    Args:
        channels: the number of channels of each scale.
        skip: channels of the connection across, of each scale, or one number for all.
        like: what else the scales have.
    """
    skips = [skip] * len(channels) if isinstance(skip, int) else skip
    return tuple(replace(like, channels=c, skip=s) for c, s in zip(channels, skips, strict=True))


SLENDER = scales((16, 32, 64, 128, 128), 4)
"""Few channels where there are many pixels: a twelfth of the arithmetic of the publication's network."""


class _Block(nn.Sequential):
    """Convolution with reflected borders, batch normalisation over the image itself, leaky ReLU of slope 0.2."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1, average: bool = False) -> None:
        layers: list[nn.Module] = [nn.ReflectionPad2d(kernel // 2)] if kernel > 1 else []
        layers.append(nn.Conv2d(inputs, outputs, kernel, 1 if average else stride))
        layers += [nn.AvgPool2d(stride)] if average else []
        super().__init__(*layers, nn.BatchNorm2d(outputs, track_running_stats=False), nn.LeakyReLU(0.2))


class _Level(nn.Module):
    """One scale, and those below it."""

    def __init__(self, inputs: int, scale: SkipScale, below: "_Level | None", below_channels: int) -> None:
        super().__init__()
        c = scale.channels
        average = scale.downsampling == "average"
        self.down = nn.Sequential(
            _Block(inputs, c, scale.kernel, 2, average),
            _Block(c, c, scale.kernel),
        )
        self.below = below
        self.skip = _Block(inputs, scale.skip, 1) if scale.skip else None
        joined = below_channels + scale.skip
        self.normalise = nn.BatchNorm2d(joined, track_running_stats=False)
        self.up = nn.Sequential(_Block(joined, c, 3), *([_Block(c, c, 1)] if scale.pointwise else []))
        self.upsampling = scale.upsampling

    def forward(self, x: Tensor) -> Tensor:
        deep = self.down(x)
        deep = deep if self.below is None else self.below(deep)
        deep = F.interpolate(
            deep, scale_factor=2, mode=self.upsampling, align_corners=False if self.upsampling == "bilinear" else None
        )
        joined = deep if self.skip is None else torch.cat([self.skip(x), deep], 1)
        return self.up(self.normalise(joined))


class SkipNet(Generator):
    """The hourglass of the Deep Image Prior: down by convolutions, up by enlargement, thin connections across.

    The default is the publication's for denoising and super-resolution, with 2,217,831 parameters. Normalisation is by
    the mean and variance of the image itself, in training as in evaluation. Images are enlarged to multiples of
    ``2^len(scales)`` while they are drawn.

    Args:
        inputs, outputs: channels, >= 1.
        scales: from fine to coarse; see :func:`scales`.
        bounded: whether a sigmoid keeps values in (0, 1).

    Shapes: (1, inputs, h, w) to (1, outputs, h, w).

    Raises:
        ArgumentError: a number of channels is below one, or there is no scale.

    Source: Ulyanov, Vedaldi, Lempitsky, "Deep image prior", CVPR 2018, supplementary material.
    """

    def __init__(
        self,
        inputs: int = 32,
        outputs: int = 3,
        scales: Sequence[SkipScale] = (SkipScale(),) * 5,
        bounded: bool = True,
    ) -> None:
        super().__init__()
        if not scales:
            raise ArgumentError("`scales` must hold at least one scale, got none; give SkipScale().")
        self.inputs, self.outputs, self.stride = inputs, outputs, 2 ** len(scales)
        level, deeper = None, scales[-1].channels
        for index in reversed(range(len(scales))):
            channels = inputs if index == 0 else scales[index - 1].channels
            level = _Level(channels, scales[index], level, deeper)
            deeper = scales[index].channels
        assert level is not None
        self.body = level
        self.head = nn.Conv2d(deeper, outputs, 1)
        self.bounded = bounded
        # Below that, the coarsest scale has nothing to reflect, and no variance.
        self.least = self.stride * max(2, max(scale.kernel for scale in scales) // 2 + 1)

    def forward(self, z: Tensor) -> Tensor:
        """The image drawn from ``z``."""
        x = self.head(self.body(z))
        return x.sigmoid() if self.bounded else x
