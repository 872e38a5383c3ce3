"""Blind super-resolution at the size of the small image."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from preimage._ranges import check_count
from preimage._tree import Measurement
from preimage.denoisers.blocks import ResidualBlock
from preimage.physics import Physics
from preimage.reconstructor import Reconstructor

__all__ = ["SubpixelUNet"]


class SubpixelUNet(Reconstructor):
    """A larger image from a small one: all features at the small size, and a bicubic enlargement that they correct.

    A U-Net of the layers and names of :class:`preimage.denoisers.DRUNet`, whose weights it may start from, sees far at
    little cost; wider residual blocks at the small size follow, and each pixel of their last features becomes a block
    of pixels. The network is blind: what blurred, sampled and compressed the image is not asked of ``physics``.

    Args:
        channels: image channels.
        factor: how many times larger each side becomes, >= 1.
        widths: feature channels of the U-Net at its four scales.
        blocks: its residual blocks per scale and side; at the coarsest scale there is one.
        width: feature channels of what follows.
        depth: the number of its residual blocks.

    Shapes: ``y`` (B, channels, H, W); the result is (B, channels, factor H, factor W).

    Raises:
        ArgumentError: a number is below one.

    Source: pixels from channels: Shi et al., "Real-time single image and video super-resolution using an efficient
    sub-pixel convolutional neural network", CVPR 2016. The arrangement is ours.
    """

    def __init__(
        self,
        channels: int = 3,
        factor: int = 4,
        widths: tuple[int, ...] = (16, 32, 64, 128),
        blocks: int = 2,
        width: int = 48,
        depth: int = 4,
    ) -> None:
        super().__init__()
        for name, value in (("channels", channels), ("factor", factor), ("blocks", blocks), ("width", width)):
            check_count(name, value, "see the defaults")
        self.channels = channels
        self.factor = factor
        self.widths = tuple(widths)
        self.blocks = blocks
        self.width = width
        self.depth = depth
        w0, w1, w2, w3 = widths
        self.m_head = nn.Conv2d(channels + 1, w0, 3, padding=1, bias=False)
        self.m_down1 = _down(w0, w1, blocks)
        self.m_down2 = _down(w1, w2, blocks)
        self.m_down3 = _down(w2, w3, blocks)
        self.m_body = nn.Sequential(ResidualBlock(w3))
        self.m_up3 = _up(w3, w2, blocks)
        self.m_up2 = _up(w2, w1, blocks)
        self.m_up1 = _up(w1, w0, blocks)
        self.wide = nn.Conv2d(w0 + channels, width, 3, padding=1)
        self.after = nn.Sequential(*(ResidualBlock(width) for _ in range(depth)))
        self.tail = nn.Conv2d(width, channels * factor**2, 3, padding=1)

    def forward(self, y: Measurement, physics: Physics | None = None) -> Tensor:
        """The enlarged image of each sample of ``y``."""
        height, width = y.shape[-2:]
        padded = F.pad(y, (0, -width % 8, 0, -height % 8), mode="replicate")
        level = padded.new_full((len(y), 1, *padded.shape[-2:]), _LEVEL)
        x1 = self.m_head(_with(padded, level))
        x2 = self.m_down1(x1)
        x3 = self.m_down2(x2)
        x4 = self.m_down3(x3)
        out = self.m_up3(self.m_body(x4) + x4)
        out = self.m_up1(self.m_up2(out + x3) + x2) + x1
        features = self.wide(_with(out, padded.to(out.dtype)))
        change = F.pixel_shuffle(self.tail(features + self.after(features)), self.factor)
        large = F.interpolate(y, scale_factor=self.factor, mode="bicubic", align_corners=False)
        return large + change[..., : self.factor * height, : self.factor * width].to(y.dtype)


_LEVEL = 10 / 255  # what the denoiser that the U-Net starts from is told of the noise


def _with(x: Tensor, more: Tensor) -> Tensor:
    return torch.cat([x, more], 1)


def _down(width: int, deeper: int, blocks: int) -> nn.Sequential:
    return nn.Sequential(
        *(ResidualBlock(width) for _ in range(blocks)), nn.Conv2d(width, deeper, 2, stride=2, bias=False)
    )


def _up(deeper: int, width: int, blocks: int) -> nn.Sequential:
    return nn.Sequential(
        nn.ConvTranspose2d(deeper, width, 2, stride=2, bias=False), *(ResidualBlock(width) for _ in range(blocks))
    )
