"""Gaussian noise recorrupted by more of it."""

import torch
from torch import Tensor

from preimage._ranges import check_level, check_number
from preimage._shapes import per_image
from preimage.loss._entries import real_dimensions
from preimage.loss.recorruption.base import Recorruption
from preimage.physics.noise import GaussianNoise
from preimage.physics.noise.base import draw_normal

__all__ = ["GaussianRecorruption"]


class GaussianRecorruption(Recorruption):
    r"""``y1 = y + alpha sigma n`` and ``y2 = y - sigma n / alpha`` with standard normal ``n``.

    For ``y = z + sigma n'`` the two are independent: their covariance is ``sigma^2 - sigma^2``. Complex data get noise
    in both parts.

    Args:
        sigma: standard deviation of the noise of ``y``, >= 0, a float or (B,).
        alpha: > 0; the variance of ``y1`` is ``(1 + alpha^2) sigma^2``, that of ``y2`` ``(1 + 1 / alpha^2) sigma^2``.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Pang, Zheng, Quan, Ji, "Recorrupted-to-Recorrupted: unsupervised deep learning for image denoising", CVPR
    2021.
    """

    def __init__(self, sigma: float | Tensor, alpha: float = 0.5) -> None:
        super().__init__()
        check_number("sigma", sigma, "give a standard deviation in units of `y`", zero=True)
        check_level("alpha", alpha, "take 0.5, the value of the publication")
        self.sigma = sigma
        self.alpha = alpha

    def split(self, y: Tensor, rng: torch.Generator | None = None) -> tuple[Tensor, Tensor]:
        """``y1`` and ``y2``, each like ``y``."""
        n = per_image(self.sigma, y.real) * draw_normal(y, rng)
        return y + self.alpha * n, y - n / self.alpha

    def target_variance(self, y: Tensor) -> Tensor:
        """``(1 + 1 / alpha^2) sigma^2``, twice where ``y`` is complex."""
        return real_dimensions(y) * (1 + self.alpha**-2) * per_image(self.sigma, y.real).square()

    def noise(self) -> GaussianNoise:
        """White Gaussian noise of ``sqrt(1 + alpha^2) sigma``."""
        return GaussianNoise((1 + self.alpha**2) ** 0.5 * self.sigma)
