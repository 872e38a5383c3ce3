"""The universal image quality index between bands."""

from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.kernels.sliding.window_means import gaussian_weights, window_means

__all__ = ["WINDOW", "Bands", "quality"]

WINDOW = 11
_WEIGHTS = gaussian_weights(WINDOW, 1.5)


@dataclass(frozen=True)
class Bands:
    """Bands of images with what their windows hold.

    Attributes:
        values: (B, C, H, W), without the mean of each band, which leaves more digits to the variances.
        centred: the means of the windows of ``values``.
        means: those of the bands as they were.
        squares: the means of the windows of squared ``values``.
    """

    values: Tensor
    centred: Tensor
    means: Tensor
    squares: Tensor

    @staticmethod
    def of(x: Tensor) -> "Bands":
        """The bands of ``x`` (B, C, H, W)."""
        offset = x.mean((2, 3), keepdim=True)
        values = x - offset
        centred = window_means(values, _WEIGHTS)
        return Bands(values, centred, centred + offset, window_means(values.square(), _WEIGHTS))

    def pick(self, index: int) -> "Bands":
        """The band of that number alone."""
        part = slice(index, index + 1)
        return Bands(self.values[:, part], self.centred[:, part], self.means[:, part], self.squares[:, part])


def quality(a: Bands, b: Bands) -> Tensor:
    """The mean over windows of ``4 s_ab m_a m_b / ((s_a^2 + s_b^2) (m_a^2 + m_b^2))``, (B,), for one band each.

    Where both windows are constant, the factor of the variances is one; where both means are zero, that of the means.
    """
    covariance = window_means(a.values * b.values, _WEIGHTS) - a.centred * b.centred
    power = a.squares + b.squares
    variance = power - a.centred.square() - b.centred.square()
    has_structure = variance > 16 * torch.finfo(power.dtype).eps * power
    contrast = torch.where(has_structure, 2 * covariance / torch.where(has_structure, variance, 1), 1)
    level = a.means.square() + b.means.square()
    luminance = torch.where(level > 0, 2 * a.means * b.means / torch.where(level > 0, level, 1), 1)
    return (contrast * luminance).flatten(1).mean(1)
