"""Counts thinned into two."""

import torch
from torch import Tensor

from preimage._ranges import check_level, check_number
from preimage._shapes import per_image
from preimage.errors import ArgumentError
from preimage.loss.recorruption.base import Recorruption
from preimage.physics.noise import PoissonNoise
from preimage.physics.noise.base import draw_binomial, require_real

__all__ = ["PoissonRecorruption"]


class PoissonRecorruption(Recorruption):
    r"""Each count of ``y = gain k`` goes to ``y2`` with probability ``alpha``, else to ``y1``.

    With ``w`` of the binomial law of ``k`` trials of probability ``alpha``: ``y1 = gain (k - w) / (1 - alpha)`` and
    ``y2 = gain w / alpha``. For Poisson ``k`` the two are independent, and ``y = (1 - alpha) y1 + alpha y2``.

    Args:
        gain: units of ``y`` per count, > 0, a float or (B,).
        alpha: in (0, 1).
        background: that of the noise of ``y``, which is that of ``y1``, too.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Monroy, Bacca, Tachella, "Generalized Recorrupted-to-Recorrupted", CVPR 2025.
    """

    def __init__(self, gain: float | Tensor, alpha: float = 0.15, background: float | Tensor = 0.0) -> None:
        super().__init__()
        check_number("gain", gain, "give units of `y` per count")
        check_level("background", background, "give a mean count times gain", zero=True)
        check_share(alpha)
        self.gain = gain
        self.alpha = alpha
        self.background = background

    def split(self, y: Tensor, rng: torch.Generator | None = None) -> tuple[Tensor, Tensor]:
        """``y1`` and ``y2``, each like ``y``; the counts are ``y / gain``, rounded, none below zero.

        Raises:
            ShapeError: ``y`` is complex.
        """
        require_real(y, "counts")
        gain = per_image(self.gain, y)
        counts = (y / gain).round().clamp_min(0)
        taken = gain * draw_binomial(counts, torch.full_like(counts, self.alpha), rng)
        return (y - taken) / (1 - self.alpha), taken / self.alpha

    def target_variance(self, y: Tensor) -> Tensor:
        """``gain y / alpha``."""
        return per_image(self.gain, y) * y / self.alpha

    def noise(self) -> PoissonNoise:
        """Poisson noise of gain ``gain / (1 - alpha)``."""
        return PoissonNoise(self.gain / (1 - self.alpha), self.background)


def check_share(alpha: float) -> None:
    """Require a share that leaves something to both sides.

    Raises:
        ArgumentError: it does not.
    """
    if not 0 < alpha < 1:
        raise ArgumentError(f"`alpha` must be in (0, 1), got {alpha}; take 0.15 to show the model most of `y`.")
