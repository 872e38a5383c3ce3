"""Gaussian noise before the values are rounded to steps."""

import math

import torch
from torch import Tensor

from preimage._ranges import check_level, check_number, holds_everywhere
from preimage._seen import keep_seen
from preimage._shapes import per_image
from preimage._tree import Measurement, leaves, sum_leaves, tree_map
from preimage.errors import ArgumentError
from preimage.physics.noise.base import Noise, draw_normal, require_real

__all__ = ["QuantizedGaussianNoise", "log_cell"]

_FAR = 1e30  # a bound that is infinite, whose products with zero are zero


class QuantizedGaussianNoise(Noise):
    r"""``y = step round((z + sigma n) / step)``, clipped to [low, high]: what a converter makes of Gaussian noise.

    ``nll = -sum log(Phi((y + step / 2 - z) / sigma) - Phi((y - step / 2 - z) / sigma))`` with the normal distribution
    function ``Phi``: a probability, convex in ``z``, right for noise below a step, too, where least squares is not. At
    ``low`` and ``high`` the cell goes on to infinity. The mean of ``y`` is nearly ``z`` and its variance nearly
    ``sigma^2 + step^2 / 12`` where ``sigma`` is at least half a step. It is computed in float64.

    Args:
        sigma: standard deviation before rounding in image units, a float > 0 or (B,).
        step: distance of the values in image units, > 0; 1/255 for bytes.
        low, high: the least and the greatest value, multiples of ``step``; by default there is none.

    Shapes: any real ``z``; ``y`` is like it.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Widrow and Kollár, "Quantization noise", Cambridge 2008; the stable form is ours.
    """

    def __init__(
        self, sigma: float | Tensor = 0.01, step: float = 1 / 255, low: float = -math.inf, high: float = math.inf
    ) -> None:
        super().__init__()
        check_number("sigma", sigma, "UniformNoise is rounding alone")
        check_level("step", step, "use GaussianNoise for values that are not rounded")
        if not low < high:
            raise ArgumentError(f"`low` must be below `high`, got {low} and {high}; give the range of the values.")
        self.sigma = sigma
        self.step = step
        self.low = low
        self.high = high

    def _sample(self, z: Tensor, rng: torch.Generator | None) -> Tensor:
        require_real(z, "rounded values")
        noisy = z + per_image(self.sigma, z) * draw_normal(z, rng)
        return (self.step * (noisy / self.step).round()).clamp(self.low, self.high)

    def _bounds(self, z: Tensor, y: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The ends of the cell of ``y`` around ``z`` in units of ``sigma``, and ``sigma``; float64."""
        z, y = z.double(), y.double()
        sigma, half = per_image(self.sigma, z), self.step / 2
        lower = torch.where(y <= self.low + half, -_FAR, (y - half - z) / sigma)
        upper = torch.where(y >= self.high - half, _FAR, (y + half - z) / sigma)
        return lower, upper, sigma

    def nll(self, z: Measurement, y: Measurement) -> Tensor:
        """``-log p(y | z)``, (B,)."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            lower, upper, _ = self._bounds(a, b)
            return -log_cell(lower, upper).to(a.dtype)

        return sum_leaves(one, z, y)

    def grad(self, z: Measurement, y: Measurement) -> Measurement:
        """``(phi(upper) - phi(lower)) / (sigma (Phi(upper) - Phi(lower)))`` with the normal density ``phi``."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            lower, upper, sigma = self._bounds(a, b)
            cell = log_cell(lower, upper)
            above, below = ((log_density(end) - cell).exp() for end in (upper, lower))
            return ((above - below) / sigma).to(a.dtype)

        return tree_map(one, z, y)

    def curvature(self, y: Measurement) -> Tensor:
        """``1 / sigma^2``."""
        return (1 / per_image(self.sigma, leaves(y)[0]).square()).flatten()

    def information(self, y: Measurement, seen: Measurement) -> Tensor:
        """``1 / (sigma^2 + step^2 / 12)``."""
        return (1 / (per_image(self.sigma, leaves(y)[0]).square() + self.step**2 / 12)).flatten()

    def check_measurement(self, y: Measurement, seen: Measurement) -> None:
        """Require multiples of ``step`` from ``low`` to ``high``.

        Raises:
            ArgumentError: an entry that was measured is none, by more than a tenth of a step.
            ShapeError: ``y`` is complex.
        """
        for leaf in leaves(keep_seen(y, seen)):
            require_real(leaf, "rounded values")
            multiple = leaf.double() / self.step
            fits = (multiple - multiple.round()).abs() < 0.1
            fits = fits & (leaf >= self.low - 0.1 * self.step) & (leaf <= self.high + 0.1 * self.step)
            if not holds_everywhere(fits):
                raise ArgumentError(
                    f"`y` must hold multiples of step={self.step:.4g} from {self.low} to {self.high}, got "
                    f"{float(leaf[~fits][0]):.6g}; give the step of the file, or take GaussianNoise."
                )


def log_cell(lower: Tensor, upper: Tensor) -> Tensor:
    """``log(Phi(upper) - Phi(lower))`` for ``lower < upper``, as exact in the tails as in the middle.

    Both ends are mirrored into the lower tail, where ``Phi`` does not round to one; then the logarithm of the
    difference follows from the difference of the logarithms.
    """
    mirrored = lower + upper > 0
    below, above = torch.where(mirrored, -upper, lower), torch.where(mirrored, -lower, upper)
    top = torch.special.log_ndtr(above)
    return top + (-(torch.special.log_ndtr(below) - top).expm1()).log()


def log_density(t: Tensor) -> Tensor:
    """The logarithm of the standard normal density."""
    return -t.square() / 2 - math.log(2 * math.pi) / 2
