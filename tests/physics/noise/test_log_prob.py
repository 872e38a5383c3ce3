"""``exp(log_prob)`` of every law integrates, or sums, to one; gradients stay finite where values are extreme."""

import math

import numpy as np
import pytest
import scipy
import torch

from preimage.physics import (
    FisherTippettNoise,
    GammaNoise,
    GaussianNoise,
    LaplaceNoise,
    LogPoissonNoise,
    NoNoise,
    PoissonGaussianNoise,
    PoissonNoise,
    RicianNoise,
    UniformGaussianNoise,
)
from preimage.physics.noise import Noise, ProximableStackedNoise, StackedNoise
from tests.physics.noise.densities import density, integral

COUNTS = torch.arange(400, dtype=torch.float64)


@pytest.mark.parametrize(
    "noise", [GaussianNoise(0.2), NoNoise(), LaplaceNoise(0.1), PoissonGaussianNoise(0.1, 0.05)], ids=repr
)
def test_densities_integrate_to_one(noise: Noise) -> None:
    assert integral(noise, 0.4, -9, 9, 100_001) == pytest.approx(1, abs=1e-6)


def test_probabilities_sum_to_one() -> None:
    assert density(PoissonNoise(0.05, 0.1), 0.4, 0.05 * COUNTS).sum().item() == pytest.approx(1, abs=1e-9)
    expected = scipy.stats.poisson(10).pmf(COUNTS.numpy())
    np.testing.assert_allclose(density(PoissonNoise(0.05, 0.1), 0.4, 0.05 * COUNTS).numpy(), expected, rtol=1e-9)
    some = COUNTS[1:]
    logs = -(some / 50).log() / 0.7
    expected = scipy.stats.poisson(50 * math.exp(-0.7 * 0.4)).pmf(some.numpy())
    np.testing.assert_allclose(density(LogPoissonNoise(50.0, 0.7), 0.4, logs).numpy(), expected, rtol=1e-9)


def test_complex_densities_are_those_of_two_parts() -> None:
    z, y = torch.tensor([[[[0.3 + 0.1j]]]]), torch.tensor([[[[0.5 - 0.2j]]]])
    both = torch.view_as_real(z), torch.view_as_real(y)
    torch.testing.assert_close(GaussianNoise(0.2).log_prob(z, y), GaussianNoise(0.2).log_prob(*both))
    radii = torch.linspace(0, 8, 20_001, dtype=torch.float64)
    ring = density_of_complex(LaplaceNoise(0.3), radii) * 2 * math.pi * radii
    assert torch.trapezoid(ring, radii).item() == pytest.approx(1, abs=1e-6)


def density_of_complex(noise: Noise, y: torch.Tensor) -> torch.Tensor:
    column = y.reshape(-1, 1, 1, 1).to(torch.complex128)
    return noise.log_prob(torch.zeros_like(column), column).exp()


def test_of_stacked_measurements_they_add() -> None:
    parts = GaussianNoise(0.2), PoissonNoise(0.1)
    z, y = (torch.full((2, 1, 1, 3), 0.4),) * 2, (torch.full((2, 1, 1, 3), 0.5),) * 2
    expected = parts[0].log_prob(z[0], y[0]) + parts[1].log_prob(z[1], y[1])
    for stacked in (StackedNoise(parts), ProximableStackedNoise(parts)):
        torch.testing.assert_close(stacked.log_prob(z, y), expected)
        assert stacked.is_entrywise
    assert ProximableStackedNoise(parts).is_convex
    assert not ProximableStackedNoise([*parts, GammaNoise()]).is_convex
    assert not StackedNoise([UniformGaussianNoise()]).is_entrywise


def test_without_noise_the_density_is_infinite() -> None:
    one = torch.ones(1, 1, 1, 1)
    assert GaussianNoise(0.0).log_prob(one, one).item() == torch.inf


@pytest.mark.parametrize(
    "noise",
    [RicianNoise(1e-3), UniformGaussianNoise(1e-3), GammaNoise(1e3), PoissonGaussianNoise(1e-3, 1e-3)],
    ids=repr,
)
@pytest.mark.parametrize(("z", "y"), [(1e-4, 30.0), (30.0, 1e-4), (0.5, 0.5), (1.0, 0.0)])
def test_gradients_are_finite_far_off(noise: Noise, z: float, y: float) -> None:
    for dtype in (torch.float32, torch.float64):
        gradient = noise.grad(*(torch.full((1, 1, 1, 1), v, dtype=dtype) for v in (z, y)))
        assert gradient.isfinite().all()
        assert noise.nll(*(torch.full((1, 1, 1, 1), v, dtype=dtype) for v in (z, y))).isfinite().all()
        if abs(z - y) > 1:
            assert gradient.sign().item() == math.copysign(1, z - y)


def test_logarithms_of_speckle_far_off_are_finite_as_far_as_exponentials_are() -> None:
    one = torch.ones(1, 1, 1, 1)
    assert FisherTippettNoise(10.0).grad(-40 * one, 40 * one).isfinite().all()
    assert FisherTippettNoise(10.0).grad(1e6 * one, -1e6 * one).item() == pytest.approx(10)
