import math

import numpy as np
import pytest
import scipy
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import EMCCDNoise
from tests.example import LEVELS, Example
from tests.physics.noise.densities import constant_image, density, integral, require_moments

EXAMPLES = {
    EMCCDNoise: [
        Example(EMCCDNoise, draws=4000),
        Example(lambda: EMCCDNoise(LEVELS, 0.2 * LEVELS), draws=4000),
    ],
}


NODES, WEIGHTS = np.polynomial.legendre.leggauss(300)


def exact(z: float, y: float, gain: float, sigma: float) -> float:
    """The sum over photons, each term an integral."""
    rate = z / gain
    total = math.exp(-rate) * scipy.stats.norm(0, sigma).pdf(y)
    low, high = max(0.0, y - 9 * sigma), y + 9 * sigma
    t = (low + high) / 2 + (high - low) / 2 * NODES
    read = WEIGHTS * (high - low) / 2 * scipy.stats.norm(y, sigma).pdf(t)
    k = np.arange(1, int(rate + 8 * rate**0.5 + 15))[:, None]
    multiplied = np.exp((k - 1) * np.log(t / gain) - t / gain - scipy.special.gammaln(k)) / gain
    return total + float(scipy.stats.poisson(rate).pmf(k[:, 0]) @ (multiplied @ read))


@pytest.mark.parametrize(("gain", "sigma"), [(0.1, 0.02), (0.05, 0.2), (0.3, 0.3)])
def test_density_is_the_sum_over_photons(gain: float, sigma: float) -> None:
    for z, y in ((0.02, 0.0), (0.02, 0.3), (0.5, 0.4), (0.5, -0.03), (1.0, 0.2), (0.3, 1.5)):
        got = density(EMCCDNoise(gain, sigma), z, torch.tensor([y], dtype=torch.float64)).item()
        assert got == pytest.approx(exact(z, y, gain, sigma), rel=1e-8)


def test_normalisation_and_moments(rng: torch.Generator) -> None:
    for z in (0.0, 0.03, 0.5):
        assert integral(EMCCDNoise(0.1, 0.05), z, -0.6, 6, 4001) == pytest.approx(1, abs=1e-7)
    require_moments(EMCCDNoise(0.1, 0.05).sample(constant_image(0.5), rng), 0.5, 2 * 0.1 * 0.5 + 0.05**2)


def test_gradient_is_a_difference_quotient_and_goes_on_below_zero() -> None:
    noise = EMCCDNoise(0.1, 0.02)
    z = torch.tensor([1e-2, 0.3, 0.9, 2.0], dtype=torch.float64).reshape(-1, 1, 1, 1)
    for y in (-0.02, 0.0, 0.15, 1.1):
        data, h = torch.full_like(z, y), 1e-6
        quotient = (noise.nll(z + h, data) - noise.nll(z - h, data)) / (2 * h)
        torch.testing.assert_close(noise.grad(z, data).flatten(), quotient, rtol=1e-5, atol=1e-5)
    below = torch.tensor([-0.2, 0.0, 1e-7], dtype=torch.float64).reshape(-1, 1, 1, 1)
    value, slope = noise.nll(below, torch.full_like(below, 0.03)), noise.grad(below, torch.full_like(below, 0.03))
    assert slope[0].item() == pytest.approx(slope[2].item(), rel=1e-3)
    assert value[0].item() == pytest.approx(value[1].item() - 0.2 * slope[0].item(), rel=1e-9)


def test_far_off_it_is_finite_and_convex() -> None:
    noise = EMCCDNoise(0.01, 1e-3)
    z = torch.tensor(np.linspace(0.001, 5, 40)).reshape(-1, 1, 1, 1)
    for y in (-0.05, 0.0, 0.4, 30.0):
        slopes = noise.grad(z, torch.full_like(z, y)).flatten()
        assert slopes.isfinite().all()
        assert noise.grad(z.float(), torch.full_like(z, y).float()).isfinite().all()
        assert (slopes.diff() > -1e-6 * slopes.abs().max()).all()


def test_ranges() -> None:
    with pytest.raises(ArgumentError, match="`sigma` must be positive"):
        EMCCDNoise(0.1, 0.0)
    with pytest.raises(ShapeError, match="`y` must hold counts"):
        EMCCDNoise().check_measurement(torch.ones(1, 1, 1, 1) * 1j, None)
    y = torch.full((2, 1, 1, 4), 0.5)
    assert EMCCDNoise(LEVELS, 0.1).information(y, None).tolist() == pytest.approx([1 / 0.11, 1 / 0.21])
