"""Sums and integrals of the densities that noises say they have."""

import torch
from scipy import integrate
from torch import Tensor

from preimage.physics.noise import Noise


def density(noise: Noise, z: float, y: Tensor) -> Tensor:
    """``p(y | z)`` at the numbers ``y`` (N,), float64."""
    column = y.reshape(-1, 1, 1, 1).double()
    return noise.log_prob(torch.full_like(column, z), column).exp()


def integral(noise: Noise, z: float, low: float, high: float, count: int = 20001) -> float:
    """Of the density from ``low`` to ``high``, by Simpson's rule."""
    y = torch.linspace(low, high, count, dtype=torch.float64)
    return float(integrate.simpson(density(noise, z, y).numpy(), x=y.numpy()))


def require_moments(draws: Tensor, mean: float, variance: float | None = None) -> None:
    """Require the mean, and the variance, of ``draws`` within four standard errors."""
    draws = draws.flatten().double()
    error = draws.std() / len(draws) ** 0.5
    assert abs(float(draws.mean()) - mean) < 4 * error, (float(draws.mean()), mean, float(error))
    if variance is not None:
        squares = (draws - draws.mean()).square()
        error = squares.std() / len(draws) ** 0.5
        assert abs(float(squares.mean()) - variance) < 4 * error, (float(squares.mean()), variance, float(error))


def constant_image(z: float, count: int = 40_000) -> Tensor:
    """An image of the value ``z``, float64."""
    return torch.full((1, 1, 1, count), z, dtype=torch.float64)
