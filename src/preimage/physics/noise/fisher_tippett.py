"""Speckle after the logarithm."""

import torch
from torch import Tensor

from preimage._ranges import check_number
from preimage._shapes import per_image
from preimage._tree import Measurement, leaves, sum_leaves, tree_map
from preimage.physics.noise.base import ProximableNoise, draw_gamma, require_real
from preimage.physics.noise.functions.omega import shortfall

__all__ = ["FisherTippettNoise"]


class FisherTippettNoise(ProximableNoise):
    r"""``y = z + log g`` with ``g`` of Gamma law, mean one and variance ``1 / looks``: logarithms of speckle.

    ``nll = sum looks (z - y + exp(y - z)) - looks log looks + log Gamma(looks)``, which is convex. Here ``z`` is the
    logarithm of the intensity; the mean of ``y`` is ``z + digamma(looks) - log looks`` and its variance
    ``trigamma(looks)``.

    Args:
        looks: number of independent intensities averaged, a float > 0 or (B,); one is fully developed speckle.

    Shapes: any real ``z``; ``y`` is like it.

    Raises:
        ArgumentError: the number is not finite and above zero, in any entry.

    Source: Goodman, "Some fundamental properties of speckle", JOSA 1976; Bioucas-Dias and Figueiredo, "Multiplicative
    noise removal using variable splitting and constrained optimization", IEEE TIP 2010.
    """

    def __init__(self, looks: float | Tensor = 1.0) -> None:
        super().__init__()
        check_number("looks", looks, "one is fully developed speckle")
        self.looks = looks

    def _sample(self, z: Tensor, rng: torch.Generator | None) -> Tensor:
        require_real(z, "logarithms")
        looks = per_image(self.looks, z)
        gamma = draw_gamma(looks.expand(z.shape), rng).clamp_min(torch.finfo(z.dtype).tiny)
        return z + (gamma / looks).log()

    def _constant(self, like: Tensor) -> Tensor:
        looks = per_image(self.looks, like)
        return torch.lgamma(looks) - looks * looks.log()

    def nll(self, z: Measurement, y: Measurement) -> Tensor:
        """``-log p(y | z)``, (B,)."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            gap = b - a
            return per_image(self.looks, a) * (gap.exp() - gap) + self._constant(a)

        return sum_leaves(one, z, y)

    def grad(self, z: Measurement, y: Measurement) -> Measurement:
        """``looks (1 - exp(y - z))``."""
        return tree_map(lambda a, b: -per_image(self.looks, a) * (b - a).expm1(), z, y)

    def information(self, y: Measurement, seen: Measurement) -> Tensor:
        """``looks``."""
        return per_image(self.looks, leaves(y)[0]).flatten()

    def check_measurement(self, y: Measurement, seen: Measurement) -> None:
        """Require real numbers.

        Raises:
            ShapeError: ``y`` is complex.
        """
        tree_map(lambda leaf: require_real(leaf, "logarithms"), y)

    def deviance(self, z: Measurement, y: Measurement) -> Measurement:
        """``2 looks (exp(y - z) - 1 - (y - z))`` of every entry, ``1 + 1 / (6 looks)`` on average."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            gap = b - a
            return 2 * per_image(self.looks, a) * (gap.expm1() - gap)

        return tree_map(one, z, y)

    def prox(self, z: Measurement, y: Measurement, step: float | Tensor) -> Measurement:
        """``y + v`` with ``v + step looks (1 - exp(-v)) = z - y``."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            rate = per_image(step, a) * per_image(self.looks, a)
            return b + shortfall(a - b, rate.expand(a.shape))

        return tree_map(one, z, y)

    def conjugate(self, u: Measurement, y: Measurement) -> Tensor:
        """``sum u y + looks (q log q - q)`` with ``q = 1 - u / looks``, less the constant; infinite where ``q < 0``."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            looks = per_image(self.looks, a)
            q = 1 - a / looks
            outside, q = q < -200 * torch.finfo(a.dtype).eps, q.clamp_min(0)
            return torch.where(outside, torch.inf, a * b + looks * (torch.xlogy(q, q) - q) - self._constant(a))

        return sum_leaves(one, u, y)
