"""Counts of frames in which something was seen."""

import torch
from torch import Tensor

from preimage._ranges import check_number, holds_everywhere
from preimage._seen import count_seen, keep_seen, sum_seen
from preimage._shapes import per_image
from preimage._tree import Measurement, leaves, sum_leaves, tree_map
from preimage.errors import ArgumentError
from preimage.physics.noise.base import Noise, draw_binomial, require_real

__all__ = ["BinomialNoise"]


class BinomialNoise(Noise):
    r"""``y = k / trials``, ``k`` the number of ``trials`` that come true, each with probability ``z``.

    ``nll = -sum k log z + (trials - k) log(1 - z)``: the mean is ``z`` and the variance ``z (1 - z) / trials``. So
    count sensors of single photons that tell of each frame only whether there was one. A ``z`` outside of [0, 1] has no
    law; ``nll`` is infinite there, and draws are those at the nearer end.

    Args:
        trials: how many, a whole number >= 1, or one for each image (B,).

    Shapes: any real ``z``; ``y`` is like it.

    Raises:
        ArgumentError: ``trials`` is no whole number of at least one; a tensor is only required to be above zero, since
            ``nll`` has derivatives in it.

    Source: Fossum, Ma, Masoodian, Anzagira, Zizza, "The quanta image sensor: every photon counts", Sensors 16, 2016.
    """

    def __init__(self, trials: int | Tensor = 100) -> None:
        super().__init__()
        check_number("trials", trials, "give the number of frames")
        if not isinstance(trials, Tensor) and trials != round(trials):
            raise ArgumentError(f"`trials` must be a whole number, got {trials}; give the number of frames.")
        self.trials = trials

    @property
    def binary_trials(self) -> int | Tensor:
        """``trials``."""
        return self.trials

    def _sample(self, z: Tensor, rng: torch.Generator | None) -> Tensor:
        require_real(z, "probabilities")
        trials = per_image(self.trials, z).expand(z.shape)
        return draw_binomial(trials, z.clamp(0, 1), rng) / trials

    def nll(self, z: Measurement, y: Measurement) -> Tensor:
        """``-log p(y | z)`` up to a constant, (B,); infinite for a ``z`` that is no probability."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            # No count, no logarithm: 0 log 0 has no derivative.
            some, rest = torch.where(b == 0, 1, a.clamp(0, 1)), torch.where(b == 1, 0, a.clamp(0, 1))
            value = -per_image(self.trials, a) * (b * some.log() + (1 - b) * (-rest).log1p())
            return torch.where((a < 0) | (a > 1), torch.inf, value)

        return sum_leaves(one, z, y)

    def constant(self, y: Measurement) -> Tensor:
        """``-sum log(trials choose k)``, (B,)."""

        def one(leaf: Tensor) -> Tensor:
            trials = per_image(self.trials, leaf)
            k = trials * leaf
            return torch.lgamma(k + 1) + torch.lgamma(trials - k + 1) - torch.lgamma(trials + 1)

        return sum_leaves(one, y)

    def grad(self, z: Measurement, y: Measurement) -> Measurement:
        """``trials ((1 - y) / (1 - z) - y / z)``; minus infinity below zero, infinity above one."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            true = torch.where(b == 0, 0, b / torch.where(b == 0, 1, a))
            false = torch.where(b == 1, 0, (1 - b) / torch.where(b == 1, 1, 1 - a))
            value = per_image(self.trials, a) * (false - true)
            return torch.where(a < 0, -torch.inf, torch.where(a > 1, torch.inf, value))

        return tree_map(one, z, y)

    def information(self, y: Measurement, seen: Measurement) -> Tensor:
        """``trials / (m (1 - m))`` with the mean ``m`` over what is measured; ``trials`` where that is zero or one."""
        mean = sum_seen(y, seen) / count_seen(y, seen).clamp_min(1)
        variance = mean * (1 - mean)
        return per_image(self.trials, leaves(y)[0]).flatten() / variance.where(variance > 0, 1)

    def check_measurement(self, y: Measurement, seen: Measurement) -> None:
        """Require shares of the trials.

        Raises:
            ArgumentError: an entry that was measured is below zero, above one or NaN.
            ShapeError: ``y`` is complex.
        """
        for leaf in leaves(keep_seen(y, seen)):
            require_real(leaf, "shares of the trials")
            fits = (leaf >= 0) & (leaf <= 1)
            if not holds_everywhere(fits):
                raise ArgumentError(
                    f"`y` must hold shares of the trials, in [0, 1], got {float(leaf[~fits][0]):.4g}; divide counts by "
                    "`trials`."
                )

    def deviance(self, z: Measurement, y: Measurement) -> Measurement:
        """``2 trials (y log(y / z) + (1 - y) log((1 - y) / (1 - z)))`` of every entry, about one on average.

        Infinite where ``z`` is no probability.
        """

        def one(a: Tensor, b: Tensor) -> Tensor:
            inside = a.clamp(0, 1)
            true = torch.where(b == 0, 0, b * (b.log() - inside.log()))
            false = torch.where(b == 1, 0, (1 - b) * ((-b).log1p() - (-inside).log1p()))
            value = 2 * per_image(self.trials, a) * (true + false).clamp_min(0)
            return torch.where((a < 0) | (a > 1), torch.inf, value)

        return tree_map(one, z, y)
