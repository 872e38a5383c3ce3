import math

import mpmath
import numpy as np
import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.fidelity import likelihood
from preimage.physics import Denoising, GaussianNoise, QuantizedGaussianNoise
from preimage.physics.noise.quantized_gaussian import log_cell, log_density
from tests.example import LEVELS, Example
from tests.physics.noise.densities import constant_image, density, require_moments

EXAMPLES = {
    QuantizedGaussianNoise: [
        Example(lambda: QuantizedGaussianNoise(0.05, 0.1)),
        Example(lambda: QuantizedGaussianNoise(LEVELS, 0.05, 0.0, 1.0)),
    ],
}


@pytest.mark.parametrize("sigma", [0.01, 0.1, 1.0])
def test_probabilities_sum_to_one(sigma: float) -> None:
    grid = 0.25 * torch.arange(-60, 61, dtype=torch.float64)
    assert density(QuantizedGaussianNoise(sigma, 0.25), 0.3, grid).sum().item() == pytest.approx(1, abs=1e-12)
    clipped = QuantizedGaussianNoise(sigma, 0.25, 0.0, 1.0)
    assert density(clipped, 0.3, 0.25 * torch.arange(5)).sum().item() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(("lower", "upper"), [(-0.1, 0.2), (5, 6), (-41, -40), (300, 300.001), (-1e30, -3), (9, 1e30)])
def test_cells_are_exact_in_the_tails(lower: float, upper: float) -> None:
    with mpmath.workdps(40):
        ends = [mpmath.mpf(v) for v in sorted((abs(lower), abs(upper)))] if lower * upper > 0 else None
        if ends is None:
            exact = mpmath.log(mpmath.ncdf(upper) - mpmath.ncdf(lower))
        else:
            tails = [mpmath.erfc(v / mpmath.sqrt(2)) / 2 for v in ends]
            exact = mpmath.log(tails[0] - tails[1])
    got = log_cell(*(torch.tensor(v, dtype=torch.float64) for v in (lower, upper))).item()
    assert got == pytest.approx(float(exact), rel=1e-10)
    assert log_density(torch.tensor(2.0)).item() == pytest.approx(-2 - math.log(2 * math.pi) / 2)


def test_draws_and_moments(rng: torch.Generator) -> None:
    noise = QuantizedGaussianNoise(0.2, 0.25, 0.0, 1.0)
    draws = noise.sample(constant_image(0.3), rng)
    grid = 0.25 * torch.arange(5, dtype=torch.float64)
    chances = density(noise, 0.3, grid)
    for value, chance in zip(grid, chances, strict=True):
        require_moments((draws == value).double(), float(chance))
    fine = QuantizedGaussianNoise(0.2, 0.25)
    require_moments(fine.sample(constant_image(0.3), rng), 0.3, 0.2**2 + 0.25**2 / 12)


def test_gradient_is_a_difference_quotient_and_finite_far_off() -> None:
    noise = QuantizedGaussianNoise(1e-3, 0.25, 0.0, 1.0)
    z = torch.tensor([0.3, 0.374, 30.0, -30.0, 5.0], dtype=torch.float64).reshape(-1, 1, 1, 1)
    y = torch.tensor([0.25, 0.25, 0.5, 0.0, 1.0], dtype=torch.float64).reshape(-1, 1, 1, 1)
    h = 1e-6
    quotient = (noise.nll(z + h, y) - noise.nll(z - h, y)) / (2 * h)
    torch.testing.assert_close(noise.grad(z, y).flatten(), quotient, rtol=1e-5, atol=1e-5)
    assert noise.grad(z[2:3], y[2:3]).item() == pytest.approx((30 - 0.625) / 1e-6, rel=1e-4)
    assert noise.grad(z[3:], y[3:]).abs().max() == 0  # beyond the ends it is certain
    assert noise.grad(z.float(), y.float()).isfinite().all()


def test_limits() -> None:
    z, y = torch.tensor([[[[0.3, 0.7]]]], dtype=torch.float64), torch.tensor([[[[0.26, 0.7]]]], dtype=torch.float64)
    fine, smooth = QuantizedGaussianNoise(0.1, 1e-4), GaussianNoise(0.1)
    torch.testing.assert_close(fine.grad(z, y), smooth.grad(z, y), rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(fine.log_prob(z, y), smooth.log_prob(z, y) + 2 * math.log(1e-4), rtol=1e-6, atol=0)
    assert fine.information(y, None).item() == pytest.approx(100, rel=1e-5)
    assert fine.curvature(y).item() == pytest.approx(100)


def test_curvature_bounds_the_second_derivative() -> None:
    noise, y = QuantizedGaussianNoise(0.1, 0.25), torch.full((1, 1, 1, 1), 0.25, dtype=torch.float64)
    for z in np.linspace(-1, 1, 30):
        second = torch.autograd.functional.hessian(lambda a: noise.nll(a, y).sum(), torch.full_like(y, z))
        assert -1e-9 <= second.item() <= noise.curvature(y).item() + 1e-9


def test_what_is_never_drawn_is_refused() -> None:
    with pytest.raises(ArgumentError, match=r"`y` must hold multiples of step=0\.25 from 0 to 1, got 0\.3"):
        likelihood(Denoising(QuantizedGaussianNoise(0.1, 0.25, 0, 1)), torch.tensor([[[[0.25, 0.3]]]]))
    with pytest.raises(ArgumentError, match="`y` must hold multiples"):
        likelihood(Denoising(QuantizedGaussianNoise(0.1, 0.25, 0, 1)), torch.tensor([[[[1.25]]]]))
    with pytest.raises(ShapeError, match="`y` must hold rounded values"):
        QuantizedGaussianNoise().sample(torch.ones(1, 1, 1, 1) * 1j)
    with pytest.raises(ArgumentError, match="`low` must be below `high`"):
        QuantizedGaussianNoise(0.1, 0.1, 1.0, 0.0)
