import mpmath
import numpy as np
import pytest
import scipy
import torch

from preimage.errors import ArgumentError
from preimage.physics import GaussianNoise, PoissonGaussianNoise, PoissonNoise
from tests.example import LEVELS, Example

EXAMPLES = {
    PoissonGaussianNoise: [
        Example(PoissonGaussianNoise),
        Example(lambda: PoissonGaussianNoise(2 * LEVELS, LEVELS)),
    ],
}

CASES = [(0.0, 0.01), (1e-4, 0.02), (0.03, -0.05), (0.4, 0.35), (0.9, 0.1), (0.05, 0.9), (1.0, 1.3)]


def _exact(z: mpmath.mpf, y: float, gain: float, sigma: float) -> mpmath.mpf:
    """The sum over all counts that could matter."""
    rate, total = z / gain, mpmath.mpf(0)
    for k in range(int(4 * (z + abs(y)) / gain + 40 + 60 * min(1.0, sigma / gain))):
        poisson = mpmath.exp(-rate) * rate**k / mpmath.factorial(k)
        total += poisson * mpmath.exp(-((y - mpmath.mpf(gain) * k) ** 2) / (2 * mpmath.mpf(sigma) ** 2))
    return -mpmath.log(total)


@pytest.mark.parametrize(("gain", "sigma"), [(0.01, 0.01), (0.2, 0.02), (0.01, 0.1), (0.02, 0.004)])
def test_nll_is_the_whole_sum(gain: float, sigma: float) -> None:
    noise = PoissonGaussianNoise(gain, sigma)
    z, y = (torch.tensor(column, dtype=torch.float64).reshape(-1, 1, 1, 1) for column in zip(*CASES, strict=True))
    with mpmath.workdps(40):
        step = mpmath.mpf("1e-15")
        here, there = ([_exact(mpmath.mpf(a) + d, b, gain, sigma) for a, b in CASES] for d in (0, step))
        exact = [float(value) for value in here]
        slopes = [float((after - before) / step) for before, after in zip(here, there, strict=True)]
    np.testing.assert_allclose(noise.nll(z, y).numpy(), exact, rtol=1e-11, atol=1e-11)
    np.testing.assert_allclose(noise.grad(z, y).flatten().numpy(), slopes, rtol=1e-8, atol=1e-8)


def test_float32_loses_no_more_than_its_digits() -> None:
    z, y = torch.rand(2, 1, 8, 8), torch.rand(2, 1, 8, 8)
    noise = PoissonGaussianNoise(1 / 5000, 0.01)
    torch.testing.assert_close(noise.nll(z, y).double(), noise.nll(z.double(), y.double()), rtol=1e-6, atol=0)


def test_draws_follow_the_law_that_nll_scores(rng: torch.Generator) -> None:
    gain, sigma, z = 0.1, 0.04, 0.25
    noise = PoissonGaussianNoise(gain, sigma)
    draws = noise.sample(torch.full((1, 1, 200, 200), z, dtype=torch.float64), rng).flatten().numpy()
    grid = torch.linspace(-0.4, 1.8, 4401, dtype=torch.float64).reshape(-1, 1, 1, 1)
    density = (-noise.nll(torch.full_like(grid, z), grid)).exp().numpy() / (sigma * np.sqrt(2 * np.pi))
    law = scipy.integrate.cumulative_trapezoid(density, grid.flatten().numpy(), initial=0)
    assert law[-1] == pytest.approx(1, abs=1e-6)
    assert scipy.stats.kstest(draws, lambda v: np.interp(v, grid.flatten().numpy(), law)).pvalue > 1e-3


def test_limits() -> None:
    z, y = (torch.tensor(v, dtype=torch.float64).reshape(2, 1, 1, 1) for v in ([0.3, 0.7], [0.2, 0.9]))
    few = PoissonGaussianNoise(0.1, 1e-3)  # whole counts, little read-out noise
    torch.testing.assert_close(few.grad(z, y), PoissonNoise(0.1).grad(z, y), rtol=1e-9, atol=0)
    many = PoissonGaussianNoise(1e-6, 0.3)  # next to no shot noise
    torch.testing.assert_close(many.grad(z, y), GaussianNoise(0.3).grad(z, y), rtol=1e-4, atol=1e-4)


def test_tangent_below_zero() -> None:
    noise = PoissonGaussianNoise(0.1, 0.05)
    z = torch.tensor([-0.2, 0.0, 1e-7], dtype=torch.float64).reshape(3, 1, 1, 1)
    y = torch.full_like(z, 0.12)
    value, slope = noise.nll(z, y), noise.grad(z, y).flatten()
    assert value[0].item() == pytest.approx(value[1].item() - 0.2 * slope[1].item(), rel=1e-12)
    assert slope[0] == slope[1]
    assert slope[2].item() == pytest.approx(slope[1].item(), rel=1e-4)
    point = z.clone().requires_grad_()
    (pulled,) = torch.autograd.grad(noise.nll(point, y).sum(), point)
    torch.testing.assert_close(pulled.flatten(), slope)


def test_needs_positive_parameters() -> None:
    with pytest.raises(ArgumentError, match="`sigma` must be positive"):
        PoissonGaussianNoise(0.1, 0.0)
    with pytest.raises(ArgumentError, match="`gain` must be positive"):
        PoissonGaussianNoise(-1, 0.1)
