"""How much a picture is blurred."""

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from preimage._ranges import check_count
from preimage.errors import ArgumentError
from preimage.metric.base import NoReferenceMetric
from preimage.metric.perceptual.brightness import brightness, check_picture

__all__ = ["BlurStrength"]


class BlurStrength(NoReferenceMetric):
    """The share of the picture's differences that a blur along an axis leaves, 0 to 1: 1 is most blurred.

    ``sum min(s, b) / sum s`` with ``s`` the absolute Sobel differences along an axis, and ``b`` those of the picture
    averaged over ``window`` pixels along that axis; the larger of both axes. Beyond the border the picture is mirrored,
    and two pixels at the top and left and one at the bottom and right are not scored. Of RGB the brightness
    ``0.299 R + 0.587 G + 0.114 B`` is scored. A constant picture has the value 1. The unit of the values does not
    matter. Noise counts as sharpness.

    Args:
        window: pixels, odd; values for different windows cannot be compared.

    Shapes: ``x`` (B, 1, H, W) or (B, 3, H, W), real, at least ``window`` pixels in each direction.

    Raises:
        ArgumentError: ``window`` is even or below 3.
        ShapeError: the picture is smaller, complex, or neither grey nor RGB.

    Source: Crete, Dolmiere, Ladret, Nicolas, "The blur effect", SPIE 6492, 2007; border and weights as of scikit-image.
    """

    def __init__(self, window: int = 11) -> None:
        super().__init__()
        check_count("window", window, "11 is usual", least=3)
        if window % 2 == 0:
            raise ArgumentError(f"`window` must be odd, got {window}; use 11.")
        self.window = window

    def forward(self, x: Tensor) -> Tensor:
        """The score of each image ``x``, (B,)."""
        check_picture(x, max(self.window, 4))
        x = brightness(x)
        return torch.maximum(self._share(x), self._share(x.mT))

    def _share(self, x: Tensor) -> Tensor:
        """Along the rows' direction, (B,)."""
        blurred = avg_pool2d(_mirrored(x, self.window // 2), (self.window, 1), 1)
        sharp, soft = _differences(x).abs(), _differences(blurred).abs()
        total, left = sharp.flatten(1).sum(1), torch.minimum(sharp, soft).flatten(1).sum(1)
        return torch.where(total > 0, left / torch.where(total > 0, total, 1), 1)


def _mirrored(x: Tensor, size: int) -> Tensor:
    """``x`` (B, 1, H, W) with so many rows above and below that mirror it, the last row itself included."""
    return torch.cat([x[:, :, :size].flip(2), x, x[:, :, -size:].flip(2)], 2)


def _differences(x: Tensor) -> Tensor:
    """Sobel's differences of rows, without two pixels at the top and left and one at the bottom and right."""
    rows = (x[:, :, 3:] - x[:, :, 1:-2]) / 2
    return (rows[..., 1:-2] + 2 * rows[..., 2:-1] + rows[..., 3:]) / 4
