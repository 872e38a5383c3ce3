"""Structural similarity."""

from torch import Tensor

from preimage._ranges import check_count, check_level
from preimage._shapes import check_image
from preimage.errors import ArgumentError, ShapeError
from preimage.kernels.sliding.window_means import gaussian_weights
from preimage.kernels.ssim import ssim
from preimage.metric.base import Metric, check_pair, check_real

__all__ = ["SSIM"]


class SSIM(Metric):
    r"""Mean over pixels and channels of ``(2 m m' + c1)(2 s_xx' + c2) / ((m^2 + m'^2 + c1)(s_x^2 + s_x'^2 + c2))``.

    Means, variances and the covariance are local, weighted by a Gaussian window of standard deviation 1.5 cut to 11
    pixels. Only windows that lie inside the image count, so a border of 5 pixels is not scored. Each channel is scored
    on its own. Volumes (B, C, D, H, W) get a window in three dimensions.

    Args:
        data_range: largest minus smallest possible value, > 0; 1 for images in [0, 1].
        window: side of the window in pixels, odd.
        width: standard deviation of the window in pixels, > 0.

    Raises:
        ArgumentError: a number is out of its range.
        ShapeError: the images are smaller than the window, or complex.

    Source: Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment: from error visibility to structural
    similarity", TIP 2004; K1 = 0.01, K2 = 0.03.
    """

    higher_is_better = True

    def __init__(self, data_range: float = 1.0, window: int = 11, width: float = 1.5) -> None:
        super().__init__()
        check_level("data_range", data_range, "use 1 for images in [0, 1]")
        check_level("width", width, "1.5 is published")
        check_count("window", window, "use 11")
        if window % 2 == 0:
            raise ArgumentError(f"`window` must be odd, got {window}; use 11.")
        self.data_range = data_range
        self.window = window
        self.width = width

    def forward(self, x_hat: Tensor, x: Tensor) -> Tensor:
        """The score of each image, (B,)."""
        check_pair(x_hat, x)
        check_image(x)
        check_real(x_hat, x)
        if min(x.shape[2:]) < self.window:
            raise ShapeError(
                f"`x` must be at least {self.window} pixels in every direction, got {tuple(x.shape)}; use a smaller "
                "`window`."
            )
        c1, c2 = (0.01 * self.data_range) ** 2, (0.03 * self.data_range) ** 2
        return ssim(x_hat, x, gaussian_weights(self.window, self.width), c1, c2)[..., 0].mean(1)
