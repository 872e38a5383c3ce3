"""Additive white Gaussian noise."""

import math

import torch
from torch import Tensor

from preimage._ranges import check_number, holds_everywhere
from preimage._shapes import per_image
from preimage._tree import Measurement, dot, leaves, squared_modulus, subtract, sum_leaves, tree_map
from preimage.errors import ArgumentError
from preimage.physics.noise.base import ProximableNoise, draw_normal

__all__ = ["GaussianNoise"]

_HALF_LOG_TURN = math.log(2 * math.pi) / 2


class GaussianNoise(ProximableNoise):
    r"""``y = z + sigma n`` with standard normal ``n``; ``nll = ||y - z||^2 / (2 sigma^2)``.

    Complex data get independent noise of standard deviation ``sigma`` in the real and in the imaginary part.

    Args:
        sigma: standard deviation in image units (25/255 is 0.098), a float >= 0 or (B,). Zero is for methods that
            ask for the level, such as DPIR. There ``nll`` is the limit, zero where ``z = y`` and else infinite, which
            is of no use to descent: ``preimage.fidelity.likelihood`` refuses it, and :class:`NoNoise` is least squares.

    Raises:
        ArgumentError: the level is not a finite number of at least zero, in any entry.

    Source: the definition.
    """

    def __init__(self, sigma: float | Tensor = 0.1) -> None:
        super().__init__()
        check_number("sigma", sigma, "give a standard deviation in image units", zero=True)
        self.sigma = sigma

    def _sample(self, z: Tensor, rng: torch.Generator | None) -> Tensor:
        return z + per_image(self.sigma, z) * draw_normal(z, rng)

    def nll(self, z: Measurement, y: Measurement) -> Tensor:
        """``||y - z||^2 / (2 sigma^2)``, (B,)."""
        return sum_leaves(lambda gap: squared_modulus(gap) / (2 * self._variance(gap)), subtract(z, y))

    def constant(self, y: Measurement) -> Tensor:
        """``log(sigma sqrt(2 pi))`` for each real number, (B,); minus infinity where ``sigma`` is zero."""

        def one(leaf: Tensor) -> Tensor:
            each = per_image(self.sigma, leaf.real).log() + _HALF_LOG_TURN
            return ((2 if leaf.is_complex() else 1) * each).expand_as(leaf)

        return sum_leaves(one, y)

    def grad(self, z: Measurement, y: Measurement) -> Measurement:
        """``(z - y) / sigma^2``."""
        return tree_map(lambda gap: gap / self._variance(gap), subtract(z, y))

    @property
    def gaussian_sigma(self) -> float | Tensor:
        """``sigma``."""
        return self.sigma

    @property
    def least_squares(self) -> float | Tensor:
        """``sigma``."""
        return self.sigma

    def curvature(self, y: Measurement) -> Tensor:
        """``1 / sigma^2``."""
        return (1 / per_image(self.sigma, leaves(y)[0].real) ** 2).flatten()

    def information(self, y: Measurement, seen: Measurement) -> Tensor:
        """``1 / sigma^2``."""
        return self.curvature(y)

    def check_measurement(self, y: Measurement, seen: Measurement) -> None:
        """Require ``sigma`` > 0.

        Raises:
            ArgumentError: it is zero, for some sample.
        """
        level = self.sigma
        if not (holds_everywhere(level > 0) if isinstance(level, Tensor) else level > 0):
            raise ArgumentError(
                "`sigma` must be positive for a likelihood, got 0; give the noise its level, or NoNoise() for least "
                "squares."
            )

    def deviance(self, z: Measurement, y: Measurement) -> Measurement:
        """``|y - z|^2 / sigma^2`` of every entry."""
        return tree_map(lambda gap: squared_modulus(gap) / self._variance(gap), subtract(z, y))

    def _variance(self, gap: Tensor) -> Tensor:
        """``sigma^2``, to divide powers of ``gap`` by: one where both are zero."""
        variance = per_image(self.sigma, gap.real) ** 2
        if not isinstance(self.sigma, Tensor) and self.sigma > 0:
            return variance
        return torch.where((variance == 0) & (gap == 0), 1, variance)

    def prox(self, z: Measurement, y: Measurement, step: float | Tensor) -> Measurement:
        """``(sigma^2 z + step y) / (sigma^2 + step)``."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            variance, tau = per_image(self.sigma, a) ** 2, per_image(step, a)
            return (variance * a + tau * b) / (variance + tau)

        return tree_map(one, z, y)

    def conjugate(self, u: Measurement, y: Measurement) -> Tensor:
        """``Re <u, y> + sigma^2 ||u||^2 / 2``, (B,)."""
        return dot(u, y) + sum_leaves(lambda a: per_image(self.sigma, a.real) ** 2 * squared_modulus(a) / 2, u)
