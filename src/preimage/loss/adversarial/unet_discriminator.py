"""A network that tells, for every pixel, true images from others."""

import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import spectral_norm

from preimage._module import Module
from preimage._ranges import check_count
from preimage.errors import ShapeError

__all__ = ["UNetDiscriminator"]

_SLOPE = 0.2


class UNetDiscriminator(Module):
    """Scores of all pixels of an image, higher for true ones, by a U-Net whose layers have spectral norms of one.

    Three convolutions halve the size, three bilinear enlargements with skips bring it back. Layer names are those of
    the published checkpoints (``conv0.weight``, ``conv1.weight_orig`` ... ``conv9.bias``). While it trains, each call
    refines the estimates of the spectral norms by one power iteration; in evaluation mode it changes nothing.

    Args:
        channels: image channels.
        width: feature channels of the first layer; 64 is published.

    Shapes: images (B, channels, H, W) with rows and columns a multiple of 8; the scores are (B, 1, H, W).

    Raises:
        ArgumentError: a number is below one.
        ShapeError: the image has other channels or sizes.

    Source: Wang, Xie, Dong, Shan, "Real-ESRGAN: training real-world blind super-resolution with pure synthetic data",
    ICCVW 2021; that of BSRGAN's training as well.
    """

    def __init__(self, channels: int = 3, width: int = 64) -> None:
        super().__init__()
        for name, value in (("channels", channels), ("width", width)):
            check_count(name, value, "give one or more")
        self.channels = channels
        self.width = width
        w = width
        self.conv0 = nn.Conv2d(channels, w, 3, padding=1)
        self.conv1 = _halving(w)
        self.conv2 = _halving(2 * w)
        self.conv3 = _halving(4 * w)
        self.conv4 = _keeping(8 * w, 4 * w)
        self.conv5 = _keeping(4 * w, 2 * w)
        self.conv6 = _keeping(2 * w, w)
        self.conv7 = _keeping(w, w)
        self.conv8 = _keeping(w, w)
        self.conv9 = nn.Conv2d(w, 1, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """The scores of the pixels of each image."""
        if x.ndim != 4 or x.shape[1] != self.channels or any(size % 8 for size in x.shape[2:]):
            raise ShapeError(
                f"`x` must be (B, {self.channels}, H, W) with sizes that are multiples of 8, got {tuple(x.shape)}; "
                "crop it."
            )
        x0 = _active(self.conv0(x))
        x1 = _active(self.conv1(x0))
        x2 = _active(self.conv2(x1))
        out = _active(self.conv4(_doubled(_active(self.conv3(x2))))) + x2
        out = _active(self.conv5(_doubled(out))) + x1
        out = _active(self.conv6(_doubled(out))) + x0
        return self.conv9(_active(self.conv8(_active(self.conv7(out)))))


def _halving(width: int) -> nn.Module:
    return spectral_norm(nn.Conv2d(width, 2 * width, 4, 2, 1, bias=False))


def _keeping(width: int, after: int) -> nn.Module:
    return spectral_norm(nn.Conv2d(width, after, 3, 1, 1, bias=False))


def _active(x: Tensor) -> Tensor:
    return F.leaky_relu(x, _SLOPE)


def _doubled(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
