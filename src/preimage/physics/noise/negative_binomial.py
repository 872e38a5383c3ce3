"""Counts that cluster."""

import torch
from torch import Tensor

from preimage._ranges import check_number
from preimage._seen import count_seen, sum_seen
from preimage._shapes import per_image
from preimage._tree import Measurement, leaves, sum_leaves, tree_map
from preimage.physics.noise.base import ProximableNoise, draw_gamma, draw_poisson
from preimage.physics.noise.functions.cubic import best_root
from preimage.physics.noise.poisson import PoissonNoise

__all__ = ["NegativeBinomialNoise"]


class NegativeBinomialNoise(ProximableNoise):
    r"""``y = gain k``, ``k`` a Poisson count whose rate is ``z / gain`` times a Gamma number of mean one.

    ``nll = -sum log(Gamma(k + modes) / (k! Gamma(modes)) p^k (1 - p)^modes)`` with ``p = u / (u + modes)`` and
    ``u = z / gain``: the mean is ``z`` and the variance ``gain z + z^2 / modes``. Light of ``modes`` modes gives such
    counts, and so do detectors of varying sensitivity; many modes are Poisson noise. A negative ``z`` has no law;
    ``nll`` is infinite there. It is convex up to about ``2 y`` only; the prox is the global minimiser, a root of a
    cubic.

    Args:
        gain: image units per count, a float > 0 or (B,).
        modes: the shape of the Gamma law, a float > 0 or (B,); its variance is ``1 / modes``.

    Shapes: any real ``z``; ``y`` is like it.

    Raises:
        ArgumentError: a parameter is not a finite number above zero, in any entry.

    Source: Goodman, "Statistical optics", chapter 9.
    """

    def __init__(self, gain: float | Tensor = 0.01, modes: float | Tensor = 10.0) -> None:
        super().__init__()
        check_number("gain", gain, "use NoNoise for no noise")
        check_number("modes", modes, "use PoissonNoise for infinitely many")
        self.gain = gain
        self.modes = modes

    @property
    def is_convex(self) -> bool:
        """It is not: for large ``z`` it grows as a logarithm."""
        return False

    def _sample(self, z: Tensor, rng: torch.Generator | None) -> Tensor:
        gain, modes = per_image(self.gain, z), per_image(self.modes, z)
        rate = z / gain * (draw_gamma(modes.expand(z.real.shape), rng) / modes)
        return gain * draw_poisson(rate, rng)

    def nll(self, z: Measurement, y: Measurement) -> Tensor:
        """``-log p(y | z)``, (B,); infinite for a negative ``z``."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            gain, modes = per_image(self.gain, a), per_image(self.modes, a)
            rate, count = a / gain, b / gain
            some = torch.where(count == 0, 1, rate.clamp_min(0))
            value = torch.where(count == 0, 0, count * (modes / some).log1p())
            value = value + modes * (rate / modes).clamp_min(0).log1p()
            return torch.where(a < 0, torch.inf, value + _constant(count, modes))

        return sum_leaves(one, z, y)

    def grad(self, z: Measurement, y: Measurement) -> Measurement:
        """``modes (u - k) / (gain u (u + modes))``; minus infinity for a negative ``z``."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            gain, modes = per_image(self.gain, a), per_image(self.modes, a)
            share = torch.where(b == 0, 1, (a - b) / torch.where(b == 0, 1, a))
            return torch.where(a < 0, -torch.inf, share * (modes / (gain * modes + a)))

        return tree_map(one, z, y)

    def information(self, y: Measurement, seen: Measurement) -> Tensor:
        """``1 / (gain m + m^2 / modes)`` with the mean ``m`` over what is measured; one where that is zero."""
        mean = sum_seen(y, seen) / count_seen(y, seen).clamp_min(1)
        gain, modes = (per_image(value, leaves(y)[0]).flatten() for value in (self.gain, self.modes))
        variance = gain * mean + mean.square() / modes
        return 1 / variance.where(variance > 0, 1)

    def check_measurement(self, y: Measurement, seen: Measurement) -> None:
        """Require counts.

        Raises:
            ArgumentError: an entry that was measured is below zero, infinite or NaN.
            ShapeError: ``y`` is complex.
        """
        PoissonNoise(self.gain).check_measurement(y, seen)

    def deviance(self, z: Measurement, y: Measurement) -> Measurement:
        """``2 (k log(k / u) - (k + modes) log((k + modes) / (u + modes)))`` of every entry, about one on average.

        Infinite for a negative ``z``.
        """

        def one(a: Tensor, b: Tensor) -> Tensor:
            gain, modes = per_image(self.gain, a), per_image(self.modes, a)
            rate, count = a / gain, b / gain
            excess = (count - rate) / torch.where(rate > 0, rate, 1)
            own = torch.where(count == 0, 0, count * torch.where(rate > 0, excess.log1p(), torch.inf))
            value = own - (count + modes) * ((count - rate) / (rate.clamp_min(0) + modes)).log1p()
            return torch.where(a < 0, torch.inf, 2 * value.clamp_min(0))

        return tree_map(one, z, y)

    def prox(self, z: Measurement, y: Measurement, step: float | Tensor) -> Measurement:
        """The best root of ``u^3 + (m - v) u^2 + m (r - v) u - r m k = 0`` with ``v = z / gain`` and ``m = modes``.

        ``r = step / gain^2``; in float64.
        """

        def one(a: Tensor, b: Tensor) -> Tensor:
            gain, modes = per_image(self.gain, a.double()), per_image(self.modes, a.double())
            point, count = a.double() / gain, b.double() / gain
            rate = per_image(step, point) / gain.square()

            def cost(u: Tensor) -> Tensor:
                v = u.clamp_min(0)
                grown = torch.where(count == 0, 0, -count * v.log()) + (count + modes) * (v / modes).log1p()
                value = rate * grown + (v - point).square() / 2
                return torch.where(u > -1e-9 * (1 + point.abs()), value, torch.inf)

            root = best_root(modes - point, modes * (rate - point), -rate * modes * count, cost).clamp_min(0)
            return (gain * root).to(a.dtype)

        return tree_map(one, z, y)

    def conjugate(self, u: Measurement, y: Measurement) -> Tensor:
        """``u z - nll`` at the root of a quadratic, (B,); infinite where ``u > 0``."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            gain, modes = per_image(self.gain, a), per_image(self.modes, a)
            count, slope = b / gain, (-gain * a).clamp_min(0)
            linear = modes * (slope + 1)
            rate = 2 * count * modes / (linear + (linear.square() + 4 * slope * count * modes).sqrt())
            some = torch.where(count == 0, 1, rate)
            grown = torch.where(count == 0, 0, count * (modes / some).log1p()) + modes * (rate / modes).log1p()
            return torch.where(a > 0, torch.inf, -slope * rate - grown - _constant(count, modes))

        return sum_leaves(one, u, y)


def _constant(count: Tensor, modes: Tensor) -> Tensor:
    """``log(k! Gamma(modes) / Gamma(k + modes))``, in float64, since it cancels."""
    k, m = count.double(), modes.double()
    return (torch.lgamma(k + 1) + torch.lgamma(m) - torch.lgamma(k + m)).to(count.dtype)
