import mpmath
import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics import GaussianNoise, UniformGaussianNoise
from tests.example import LEVELS, Example
from tests.physics.noise.densities import constant_image, integral, require_moments

EXAMPLES = {
    UniformGaussianNoise: [
        Example(UniformGaussianNoise, complex=True),
        Example(lambda: UniformGaussianNoise(0.5 * LEVELS, LEVELS), complex=True),
    ],
}


@pytest.mark.parametrize("count", [1, 2, 3, 50, 4000])
@pytest.mark.parametrize("spread", [1e-3, 0.05, 0.2, 0.45, 3.0, 100.0])
@pytest.mark.parametrize("low", [0.0, 0.1])
def test_nll_is_the_mean_over_levels(count: int, spread: float, low: float) -> None:
    high = 0.5
    gap = torch.full((1, 1, 1, count), spread, dtype=torch.float64)
    power = count * spread**2
    with mpmath.workdps(30):
        # By the incomplete gamma function; t = power / (2 s^2).
        a, b = (mpmath.mpf(power) / (2 * mpmath.mpf(s) ** 2) if s else mpmath.inf for s in (high, low))
        order = mpmath.mpf(count - 1) / 2
        part = mpmath.gammainc(order, a, b) if count > 1 else (mpmath.e1(a) - (0 if b == mpmath.inf else mpmath.e1(b)))
        whole = part * (mpmath.mpf(power) / 2) ** (-order) / 2
        exact = -mpmath.log(whole) + mpmath.log(high - low) + mpmath.mpf(count) / 2 * mpmath.log(2 * mpmath.pi)
    got = UniformGaussianNoise(low, high).nll(gap, 0 * gap).item()
    assert got == pytest.approx(float(exact), rel=1e-9, abs=1e-8)


def test_density_and_moments(rng: torch.Generator) -> None:
    noise = UniformGaussianNoise(0.1, 0.4)
    assert integral(noise, 0.2, -3, 3) == pytest.approx(1, abs=1e-8)
    many = torch.full((4000, 1, 1, 10), 0.2, dtype=torch.float64)
    draws = noise.sample(many, rng)
    require_moments(draws[..., 0], 0.2, (0.4**3 - 0.1**3) / (3 * 0.3))
    levels = noise.sample(many[:300, ..., :1].expand(300, 1, 1, 2000), rng).std(-1)
    require_moments(levels, 0.25, 0.3**2 / 12)


def test_a_narrow_range_is_gaussian_noise() -> None:
    z, y = (torch.rand(2, 1, 5, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(k)) for k in (0, 1))
    narrow, one = UniformGaussianNoise(0.2, 0.2 + 1e-7), GaussianNoise(0.2)
    torch.testing.assert_close(narrow.log_prob(z, y), one.log_prob(z, y), rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(narrow.grad(z, y), one.grad(z, y), rtol=1e-5, atol=1e-5)


def test_the_gradient_is_that_of_the_estimated_level() -> None:
    z = torch.randn(1, 1, 100, 100, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    gradient = UniformGaussianNoise(0.0, 5.0).grad(0.3 * z, 0 * z)
    level = (0.3 * z).square().mean()
    torch.testing.assert_close(gradient, 0.3 * z / level, rtol=1e-3, atol=0)


def test_without_a_gap_it_is_minus_infinity_and_draws_leave_constants() -> None:
    z = constant_image(0.5, 10)
    assert UniformGaussianNoise().nll(z, z).item() == -torch.inf
    assert UniformGaussianNoise(0.1).nll(z, z).isfinite().all()
    assert not UniformGaussianNoise().is_entrywise


def test_needs_a_range() -> None:
    with pytest.raises(ArgumentError, match="`low` must be below `high`"):
        UniformGaussianNoise(0.3, torch.tensor([0.4, 0.3]))
