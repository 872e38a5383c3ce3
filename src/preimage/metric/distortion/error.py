"""Metrics that are a function of the error of each pixel."""

from torch import Tensor

from preimage._ranges import check_level
from preimage.kernels.pointwise.error import decibels, mean_error
from preimage.metric.base import Metric, check_pair

__all__ = ["MAE", "MSE", "NMSE", "PSNR", "SNR"]


class MSE(Metric):
    """Mean squared error ``mean |x_hat - x|^2``.

    Source: the definition.
    """

    def forward(self, x_hat: Tensor, x: Tensor) -> Tensor:
        """The score of each image, (B,)."""
        check_pair(x_hat, x)
        return mean_error(x_hat, x, squared=True)


class MAE(Metric):
    """Mean absolute error ``mean |x_hat - x|``.

    Source: the definition.
    """

    def forward(self, x_hat: Tensor, x: Tensor) -> Tensor:
        """The score of each image, (B,)."""
        check_pair(x_hat, x)
        return mean_error(x_hat, x, squared=False)


class NMSE(Metric):
    """Normalised squared error ``||x_hat - x||^2 / ||x||^2``; infinite, or NaN for 0 / 0, where ``x`` is zero.

    Source: the definition.
    """

    def forward(self, x_hat: Tensor, x: Tensor) -> Tensor:
        """The score of each image, (B,)."""
        check_pair(x_hat, x)
        return mean_error(x_hat, x, squared=True) / _mean_power(x)


class PSNR(Metric):
    """Peak signal-to-noise ratio ``10 log10(data_range^2 / MSE)`` in dB; infinite where the images agree.

    Values are taken as they are: nothing is clipped or rounded. Published figures often clip to [0, 1] and round to
    multiples of 1/255 first.

    Args:
        data_range: largest minus smallest possible value, > 0; 1 for images in [0, 1].

    Raises:
        ArgumentError: a number is out of its range.

    Source: the definition.
    """

    higher_is_better = True

    def __init__(self, data_range: float = 1.0) -> None:
        super().__init__()
        check_level("data_range", data_range, "use 1 for images in [0, 1]")
        self.data_range = data_range

    def forward(self, x_hat: Tensor, x: Tensor) -> Tensor:
        """The score of each image, (B,)."""
        check_pair(x_hat, x)
        return decibels(x_hat, x, self.data_range)


class SNR(Metric):
    """Signal-to-noise ratio ``10 log10(||x||^2 / ||x_hat - x||^2)`` in dB; infinite where the images agree.

    Source: the definition.
    """

    higher_is_better = True

    def forward(self, x_hat: Tensor, x: Tensor) -> Tensor:
        """The score of each image, (B,)."""
        check_pair(x_hat, x)
        return 10 * (_mean_power(x) / mean_error(x_hat, x, squared=True)).log10()


def _mean_power(x: Tensor) -> Tensor:
    return x.abs().square().flatten(1).mean(1) if x.is_complex() else x.square().flatten(1).mean(1)
