"""A data term and a prior whose gradients and proxes are one line each: steps of algorithms can be written out."""

import torch

from preimage.fidelity import GaussianLikelihood, likelihood
from preimage.optim import Tikhonov
from preimage.physics import Denoising, GaussianNoise
from tests.example import random

SIGMA, WEIGHT, T = 0.5, 2.0, 0.1
X, Y, U = (random(3, 1, 4, 5, seed=seed).double() for seed in range(3))


def terms() -> tuple[GaussianLikelihood, Tikhonov]:
    """``||x - y||^2 / (2 sigma^2)`` and ``weight / 2 ||x||^2``."""
    f = likelihood(Denoising(GaussianNoise(SIGMA)), Y)
    assert isinstance(f, GaussianLikelihood)
    return f, Tikhonov(WEIGHT)


def slope(x: torch.Tensor) -> torch.Tensor:
    """The gradient of the data term."""
    return (x - Y) / SIGMA**2


def data_prox(x: torch.Tensor, t: float = T) -> torch.Tensor:
    """``(x + r y) / (1 + r)`` with ``r = t / sigma^2``."""
    return (x + t / SIGMA**2 * Y) / (1 + t / SIGMA**2)


def prior_prox(x: torch.Tensor, t: float = T) -> torch.Tensor:
    return x / (1 + t * WEIGHT)


def minimiser() -> torch.Tensor:
    return Y / (1 + WEIGHT * SIGMA**2)
