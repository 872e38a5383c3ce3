"""Gradient magnitude similarity deviation."""

import torch
from torch import Tensor
from torch.nn.functional import pad

from preimage._ranges import check_level
from preimage.metric.base import Metric
from preimage.metric.perceptual.brightness import brightness, check_pictures, halve

__all__ = ["GMSD"]


class GMSD(Metric):
    """Standard deviation over pixels of ``(2 g g' + T) / (g^2 + g'^2 + T)``, with ``g`` the length of the gradient.

    Of RGB the brightness ``0.299 R + 0.587 G + 0.114 B`` is scored. It is averaged over blocks of 2 x 2 pixels first.
    Gradients are Prewitt's, thirds of differences over three pixels; beyond the border there are zeros, as published,
    so every pixel is scored and the frame counts as an edge of both images. ``T = 170`` for values up to 255. The
    deviation is that of the population, divided by the number of pixels.

    Args:
        data_range: largest minus smallest possible value, > 0; 1 for images in [0, 1].

    Shapes: ``x`` (B, 1, H, W) or (B, 3, H, W), real.

    Raises:
        ArgumentError: ``data_range`` is not positive.

    Source: Xue, Zhang, Mou, Bovik, "Gradient magnitude similarity deviation: a highly efficient perceptual image
    quality index", TIP 23, 2014.
    """

    def __init__(self, data_range: float = 1.0) -> None:
        super().__init__()
        check_level("data_range", data_range, "use 1 for images in [0, 1]")
        self.data_range = data_range

    def forward(self, x_hat: Tensor, x: Tensor) -> Tensor:
        """The score of each image, (B,)."""
        check_pictures(x_hat, x, 2)
        constant = 170 * (self.data_range / 255) ** 2
        a, b = _squared_gradient(halve(brightness(x_hat))), _squared_gradient(halve(brightness(x)))
        # One minus the similarity deviates alike, and keeps digits where the images are nearly the same.
        change = ((_root(a) - _root(b)).square() / (a + b + constant)).flatten(1)
        # A norm, because its derivative at zero is zero.
        spread = torch.linalg.vector_norm(change - change.mean(1, keepdim=True), dim=1)
        return spread / change.shape[1] ** 0.5


def _squared_gradient(x: Tensor) -> Tensor:
    x = pad(x, (1, 1, 1, 1))
    rows, columns = x[:, :, 2:] - x[:, :, :-2], x[..., 2:] - x[..., :-2]
    down = rows[..., 2:] + rows[..., 1:-1] + rows[..., :-2]
    across = columns[:, :, 2:] + columns[:, :, 1:-1] + columns[:, :, :-2]
    return (down.square() + across.square()) / 9


def _root(square: Tensor) -> Tensor:
    """The square root, with the derivative 0 rather than infinity at zero."""
    return torch.where(square > 0, square.clamp_min(torch.finfo(square.dtype).tiny).sqrt(), 0)
