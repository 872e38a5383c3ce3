"""Trials dealt out to two."""

import torch
from torch import Tensor

from preimage._ranges import check_number, holds_everywhere
from preimage._shapes import per_image
from preimage.errors import ArgumentError
from preimage.loss.recorruption.base import Recorruption
from preimage.loss.recorruption.poisson import check_share
from preimage.physics.noise import BinomialNoise
from preimage.physics.noise.base import draw_uniform, require_real

__all__ = ["BinomialRecorruption"]


class BinomialRecorruption(Recorruption):
    r"""``m`` of the trials of ``y = k / trials`` are drawn at random for ``y2``; the others are left to ``y1``.

    With ``w`` of the hypergeometric law, how many of the ``m`` came true: ``y1 = (k - w) / (trials - m)`` and
    ``y2 = w / m``. For binomial ``k`` the two are independent. ``m = alpha trials``, rounded, and at least one is left
    to both.

    Args:
        trials: those of the noise of ``y``, a whole number >= 2, or one for each image (B,).
        alpha: in (0, 1).

    Raises:
        ArgumentError: a number is out of its range.

    Source: Monroy, Bacca, Tachella, "Generalized Recorrupted-to-Recorrupted", CVPR 2025.
    """

    def __init__(self, trials: int | Tensor, alpha: float = 0.15) -> None:
        super().__init__()
        check_number("trials", trials, "give the number of frames")
        check_share(alpha)
        if not holds_everywhere(torch.as_tensor(trials) >= 2):
            raise ArgumentError(f"`trials` must be at least 2 to be dealt out to two, got {trials}; take another loss.")
        self.trials = trials
        self.alpha = alpha

    def split(self, y: Tensor, rng: torch.Generator | None = None) -> tuple[Tensor, Tensor]:
        """``y1`` and ``y2``, each like ``y``; the counts are ``trials y``, rounded, in their range.

        Raises:
            ShapeError: ``y`` is complex.
        """
        require_real(y, "shares of the trials")
        trials, dealt = per_image(self.trials, y), per_image(self._dealt(), y)
        count = (trials * y).round().clamp_min(0).minimum(trials)
        left = count
        for number in range(int(torch.as_tensor(self._dealt()).max())):
            taken = (draw_uniform(y, rng) * (trials - number) < left) & (dealt > number)
            left = left - taken.to(y.dtype)
        return left / (trials - dealt), (count - left) / dealt

    def target_variance(self, y: Tensor) -> Tensor:
        """``y (1 - y) trials / ((trials - 1) m)``."""
        trials, dealt = per_image(self.trials, y), per_image(self._dealt(), y)
        return y * (1 - y) * trials / ((trials - 1) * dealt)

    def noise(self) -> BinomialNoise:
        """Binomial noise of ``trials - m`` trials."""
        return BinomialNoise(self.trials - self._dealt())

    def _dealt(self) -> int | Tensor:
        """``m``."""
        if isinstance(self.trials, Tensor):
            return (self.alpha * self.trials).round().clamp_min(1).minimum(self.trials - 1)
        return min(max(round(self.alpha * self.trials), 1), self.trials - 1)
