"""Additive white Gaussian noise."""

import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage._tree import Measurement, dot, sum_leaves, tree_map
from preimage.errors import ArgumentError
from preimage.physics.noise.base import ProximableNoise, draw_normal

__all__ = ["GaussianNoise"]


class GaussianNoise(ProximableNoise):
    r"""``y = z + sigma n`` with standard normal ``n``; ``nll = ||y - z||^2 / (2 sigma^2)``.

    Complex data get independent noise of standard deviation ``sigma`` in the real and in the imaginary part.

    Args:
        sigma: standard deviation in image units (25/255 is 0.098), a float >= 0 or (B,). Zero is for methods that
            ask for the level, such as DPIR; the likelihood is not defined there.

    Raises:
        ArgumentError: a number below zero, or NaN.
    """

    def __init__(self, sigma: float | Tensor = 0.1) -> None:
        super().__init__()
        if not isinstance(sigma, Tensor) and not sigma >= 0:
            raise ArgumentError(f"`sigma` must be at least 0, got {sigma}; give a standard deviation in image units.")
        self.sigma = sigma

    def _sample(self, z: Tensor, rng: torch.Generator | None) -> Tensor:
        return z + per_image(self.sigma, z) * draw_normal(z, rng)

    def nll(self, z: Measurement, y: Measurement) -> Tensor:
        """``||y - z||^2 / (2 sigma^2)``, (B,)."""
        return sum_leaves(lambda a, b: (a - b).abs().square() / (2 * per_image(self.sigma, b.real) ** 2), z, y)

    def grad(self, z: Measurement, y: Measurement) -> Measurement:
        """``(z - y) / sigma^2``."""
        return tree_map(lambda a, b: (a - b) / per_image(self.sigma, a) ** 2, z, y)

    def prox(self, z: Measurement, y: Measurement, step: float | Tensor) -> Measurement:
        """``(sigma^2 z + step y) / (sigma^2 + step)``."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            variance, tau = per_image(self.sigma, a) ** 2, per_image(step, a)
            return (variance * a + tau * b) / (variance + tau)

        return tree_map(one, z, y)

    def conjugate(self, u: Measurement, y: Measurement) -> Tensor:
        """``Re <u, y> + sigma^2 ||u||^2 / 2``, (B,)."""
        return dot(u, y) + sum_leaves(lambda a: per_image(self.sigma, a.real) ** 2 * a.abs().square() / 2, u)
