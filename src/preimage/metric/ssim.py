"""Structural similarity."""

import torch
from torch import Tensor

from preimage._shapes import check_image
from preimage.errors import ArgumentError, ShapeError
from preimage.metric.base import Metric, check_pair

__all__ = ["SSIM"]


class SSIM(Metric):
    r"""Mean over pixels and channels of ``(2 m m' + c1)(2 s_xx' + c2) / ((m^2 + m'^2 + c1)(s_x^2 + s_x'^2 + c2))``.

    Means, variances and the covariance are local, weighted by a Gaussian window of standard deviation 1.5 cut to 11
    pixels. Only windows that lie inside the image count, so a border of 5 pixels is not scored. Each channel is scored
    on its own. Volumes (B, C, D, H, W) get a window in three dimensions.

    Args:
        data_range: largest minus smallest possible value; 1 for images in [0, 1].
        window: side of the window in pixels, odd.
        width: standard deviation of the window in pixels.

    Raises:
        ShapeError: the images are smaller than the window, or complex.

    Source: Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment: from error visibility to structural
    similarity", TIP 2004; K1 = 0.01, K2 = 0.03.
    """

    higher_is_better = True

    def __init__(self, data_range: float = 1.0, window: int = 11, width: float = 1.5) -> None:
        super().__init__()
        if not data_range > 0:
            raise ArgumentError(f"`data_range` must be > 0, got {data_range}; use 1 for images in [0, 1].")
        if window < 1 or window % 2 == 0:
            raise ArgumentError(f"`window` must be odd and positive, got {window}; use 11.")
        self.data_range = data_range
        self.window = window
        self.width = width

    def forward(self, x_hat: Tensor, x: Tensor) -> Tensor:
        """The score of each image, (B,)."""
        check_pair(x_hat, x)
        check_image(x)
        if x.is_complex() or x_hat.is_complex():
            raise ShapeError("`x` must be real, got complex values; compare magnitudes with .abs().")
        if min(x.shape[2:]) < self.window:
            raise ShapeError(
                f"`x` must be at least {self.window} pixels in every direction, got {tuple(x.shape)}; use a smaller "
                "`window`."
            )
        c1, c2 = (0.01 * self.data_range) ** 2, (0.03 * self.data_range) ** 2
        maps = torch.stack([x_hat, x, x_hat * x_hat, x * x, x_hat * x])
        mean_a, mean_b, aa, bb, ab = _blur(maps, self._weights(x), dims=x.ndim - 2)
        luminance = (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1)
        contrast = (2 * (ab - mean_a * mean_b) + c2) / (aa - mean_a**2 + bb - mean_b**2 + c2)
        return (luminance * contrast).flatten(1).mean(1)

    def _weights(self, like: Tensor) -> Tensor:
        offset = torch.arange(self.window, dtype=like.dtype, device=like.device) - self.window // 2
        weights = torch.exp(-0.5 * (offset / self.width) ** 2)
        return weights / weights.sum()


def _blur(maps: Tensor, weights: Tensor, dims: int) -> Tensor:
    """Weighted local means along each of the last ``dims`` axes, without padding."""
    for axis in range(maps.ndim - dims, maps.ndim):
        maps = maps.unfold(axis, len(weights), 1) @ weights
    return maps
