"""Speckle split into two of fewer looks."""

import torch
from torch import Tensor

from preimage._ranges import check_number
from preimage._shapes import per_image
from preimage.loss.recorruption.base import Recorruption
from preimage.loss.recorruption.poisson import check_share
from preimage.physics.noise import GammaNoise
from preimage.physics.noise.base import draw_gamma, require_real

__all__ = ["GammaRecorruption"]


class GammaRecorruption(Recorruption):
    r"""``y2 = y w / alpha`` and ``y1 = y (1 - w) / (1 - alpha)`` with ``w ~ Beta(alpha looks, (1 - alpha) looks)``.

    For ``y`` of the Gamma law of ``looks`` looks the two are independent Gamma variables of ``(1 - alpha) looks`` and
    ``alpha looks`` looks.

    Args:
        looks: number of looks of ``y``, > 0, a float or (B,).
        alpha: in (0, 1).

    Raises:
        ArgumentError: a number is out of its range.

    Source: Monroy, Bacca, Tachella, "Generalized Recorrupted-to-Recorrupted", CVPR 2025.
    """

    def __init__(self, looks: float | Tensor, alpha: float = 0.15) -> None:
        super().__init__()
        check_number("looks", looks, "one is fully developed speckle")
        check_share(alpha)
        self.looks = looks
        self.alpha = alpha

    def split(self, y: Tensor, rng: torch.Generator | None = None) -> tuple[Tensor, Tensor]:
        """``y1`` and ``y2``, each like ``y``.

        Raises:
            ShapeError: ``y`` is complex.
        """
        require_real(y, "intensities")
        looks = per_image(self.looks, y).expand(y.shape)
        taken, left = draw_gamma(self.alpha * looks, rng), draw_gamma((1 - self.alpha) * looks, rng)
        total = (taken + left).clamp_min(torch.finfo(y.dtype).tiny)
        return y * left / total / (1 - self.alpha), y * taken / total / self.alpha

    def target_variance(self, y: Tensor) -> Tensor:
        """``y^2 / (alpha (looks + 1))``."""
        return y.square() / (self.alpha * (per_image(self.looks, y) + 1))

    def noise(self) -> GammaNoise:
        """Speckle of ``(1 - alpha) looks`` looks."""
        return GammaNoise((1 - self.alpha) * self.looks)
