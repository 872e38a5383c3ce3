"""Photon counting read out by a noisy sensor."""

import torch
from torch import Tensor

from preimage._ranges import check_number
from preimage._shapes import per_image
from preimage._tree import Measurement, sum_leaves, tree_map
from preimage.physics.noise.base import Noise, SensorLaw, draw_normal, draw_poisson
from preimage.physics.noise.functions.photons import log_sum
from preimage.physics.noise.gaussian import GaussianNoise

__all__ = ["PoissonGaussianNoise"]


class PoissonGaussianNoise(Noise):
    r"""``y = gain * Poisson(z / gain) + sigma n`` with standard normal ``n``.

    ``nll = -log sum_k Poisson(k; z / gain) exp(-(y - gain k)^2 / (2 sigma^2))``, summed over the entries. In image
    units the mean is ``z`` and the variance ``gain * z + sigma^2``. The sum over counts runs over a window around its
    largest term, found in closed form; what is left out is below 1e-12 of the sum. It is computed in float64. A
    negative ``z`` has no law: :meth:`sample` treats it as zero, and :meth:`nll` continues along its tangent at zero, so
    that it stays convex with a continuous gradient that pushes ``z`` back.

    Args:
        gain: image units per count, a float > 0 or (B,).
        sigma: standard deviation of the read-out noise in image units, a float > 0 or (B,).

    Shapes: any real ``z``; ``y`` is like it.

    Raises:
        ArgumentError: a parameter is not a finite number above zero, in any entry.

    Source: Chouzenoux, Jezierska, Pesquet, Talbot, "A convex approach for image restoration with exact
    Poisson-Gaussian likelihood", SIAM J. Imaging Sci. 2015; the window around the largest term is ours.
    """

    def __init__(self, gain: float | Tensor = 0.01, sigma: float | Tensor = 0.01) -> None:
        super().__init__()
        for name, value in (("gain", gain), ("sigma", sigma)):
            check_number(name, value, "use GaussianNoise or PoissonNoise alone")
        self.gain = gain
        self.sigma = sigma

    @property
    def sensor(self) -> SensorLaw:
        """``gain`` and ``sigma``."""
        return SensorLaw(self.gain, self.sigma)

    def _sample(self, z: Tensor, rng: torch.Generator | None) -> Tensor:
        gain = per_image(self.gain, z)
        counts = draw_poisson(z / gain, rng)
        return gain * counts + per_image(self.sigma, z) * draw_normal(z, rng)

    def nll(self, z: Measurement, y: Measurement) -> Tensor:
        """``-log p(y | z)`` up to a constant in ``z``, (B,)."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            rate, data, spread = self._in_counts(a, b)
            value = -log_sum(rate.clamp_min(0), data, spread)
            tangent = rate * _slope(torch.zeros_like(rate), data, spread)
            return (value + torch.where(rate < 0, tangent, 0)).to(a.dtype)

        return sum_leaves(one, z, y)

    def constant(self, y: Measurement) -> Tensor:
        """``log(sigma sqrt(2 pi))`` for each entry, (B,)."""
        return GaussianNoise(self.sigma).constant(y)

    def grad(self, z: Measurement, y: Measurement) -> Measurement:
        """``(1 - p(y - gain | z) / p(y | z)) / gain``."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            rate, data, spread = self._in_counts(a, b)
            return _slope(rate.clamp_min(0), data, spread).to(a.dtype) / per_image(self.gain, a)

        return tree_map(one, z, y)

    def _in_counts(self, z: Tensor, y: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """``z``, ``y`` and ``sigma`` in counts, float64."""
        z, y = z.double(), y.double()
        gain = per_image(self.gain, z)
        return z / gain, y / gain, per_image(self.sigma, z) / gain


def _slope(rate: Tensor, data: Tensor, spread: Tensor) -> Tensor:
    """Derivative of ``-log_sum`` in ``rate``: a Poisson probability has the derivative ``p(k - 1) - p(k)``."""
    return 1 - (log_sum(rate, data - 1, spread) - log_sum(rate, data, spread)).exp()
