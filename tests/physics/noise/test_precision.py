"""Single precision is as good as its rounding: nothing cancels."""

import pytest
import torch

from preimage.physics import GaussianNoise, LaplaceNoise, LogPoissonNoise, NoNoise, PoissonNoise
from preimage.physics.noise import ProximableNoise

EPSILON = torch.finfo(torch.float32).eps

NOISES = [
    NoNoise(),
    GaussianNoise(0.1),
    GaussianNoise(1e-4),
    LaplaceNoise(0.1),
    LaplaceNoise(1e-4),
    PoissonNoise(1e-2),
    PoissonNoise(1e-6),
    PoissonNoise(1e-3, background=0.05),
    *(LogPoissonNoise(photons) for photons in (1e3, 1024.0, 1e4, 1e5, 1e6)),
    LogPoissonNoise(1e6, 2.5),
]


@pytest.fixture
def pair() -> tuple[torch.Tensor, torch.Tensor]:
    """Noiseless values from 0 to 3, and measurements beside them."""
    z = torch.linspace(0, 3, 1000).reshape(1, 1, 1, -1)
    return z, (z + 0.1 * torch.sin(5 * z)).clamp_min(0)


@pytest.mark.parametrize("noise", NOISES, ids=repr)
@pytest.mark.parametrize("step", [10.0**k for k in range(-6, 7, 2)])
def test_prox(noise: ProximableNoise, step: float, pair: tuple[torch.Tensor, torch.Tensor]) -> None:
    z, y = pair
    error = noise.prox(z, y, step) - noise.prox(z.double(), y.double(), step)
    assert error.abs().max() <= 3 * EPSILON * 3.1  # the largest number in it is 3.1


@pytest.mark.parametrize("noise", [noise for noise in NOISES if "background=0.05" not in repr(noise)], ids=repr)
def test_gradient_next_to_the_measurement(noise: ProximableNoise, pair: tuple[torch.Tensor, torch.Tensor]) -> None:
    y = pair[1] + 1e-3
    z = y + 1e-3 * (pair[0] + 0.1)  # nearly noiseless: the gradient is a small difference of large terms
    exact = noise.grad(z.double(), y.double())
    assert ((noise.grad(z, y) - exact).abs() <= 20 * EPSILON * exact.abs()).all()
