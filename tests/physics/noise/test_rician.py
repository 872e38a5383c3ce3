import numpy as np
import pytest
import scipy
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.fidelity import likelihood
from preimage.physics import Denoising, RicianNoise
from tests.example import LEVELS, Example
from tests.physics.noise.densities import constant_image, density, integral, require_moments

EXAMPLES = {
    RicianNoise: [
        Example(RicianNoise),
        Example(lambda: RicianNoise(LEVELS)),
    ],
}


def test_density_is_scipys() -> None:
    y = torch.linspace(0.01, 2, 50, dtype=torch.float64)
    for z, sigma in ((0.0, 0.3), (0.6, 0.3), (1.5, 0.1)):
        expected = scipy.stats.rice(z / sigma, scale=sigma).pdf(y.numpy())
        np.testing.assert_allclose(density(RicianNoise(sigma), z, y).numpy(), expected, rtol=1e-10)
        torch.testing.assert_close(density(RicianNoise(sigma), -z, y), density(RicianNoise(sigma), z, y))
    assert integral(RicianNoise(0.2), 0.3, 1e-9, 3) == pytest.approx(1, abs=1e-9)


def test_moments(rng: torch.Generator) -> None:
    draws = RicianNoise(0.3).sample(constant_image(0.5), rng)
    require_moments(draws.square(), 0.5**2 + 2 * 0.3**2, 4 * 0.3**2 * (0.5**2 + 0.3**2))


def test_gradient_is_a_difference_quotient_and_finite_where_values_are_extreme() -> None:
    noise = RicianNoise(1e-3)
    z = torch.tensor([0.0, 1e-6, -0.4, 0.5, 1e3, 1e6], dtype=torch.float64).reshape(-1, 1, 1, 1)
    y = torch.tensor([1e-3, 1e-3, 0.5, 0.5, 0.0, 1e6], dtype=torch.float64).reshape(-1, 1, 1, 1)
    assert noise.grad(z, y).isfinite().all()
    assert noise.grad(z.float(), y.float()).isfinite().all()
    assert noise.nll(z.float(), y.float()).isfinite().all()
    h = 1e-7
    quotient = (noise.nll(z + h, y) - noise.nll(z - h, y)) / (2 * h)
    torch.testing.assert_close(noise.grad(z, y).flatten()[1:4], quotient[1:4], rtol=1e-5, atol=1e-3)
    far = noise.grad(z[4:5], y[4:5])
    assert far.item() == pytest.approx(1e3 / 1e-6)  # without signal it is z / sigma^2


def test_single_precision_loses_nothing_next_to_the_measurement() -> None:
    z = torch.linspace(0.1, 1, 100).reshape(1, 1, 1, -1)
    noise = RicianNoise(1e-3)
    exact = noise.grad(z.double(), z.double() + 1e-6)
    torch.testing.assert_close(noise.grad(z, z + 1e-6).double(), exact, rtol=0, atol=0.1 * 1e-6 / 1e-6)


def test_curvature_bounds_the_second_derivative() -> None:
    noise = RicianNoise(0.1)
    y = torch.tensor([0.05, 0.3], dtype=torch.float64).reshape(1, 1, 1, 2)
    bound = noise.curvature(y).item()
    assert bound == pytest.approx(0.3**2 / (2 * 1e-4) - 100)
    for z in torch.linspace(0, 1, 200, dtype=torch.float64):
        point = torch.full_like(y, float(z))
        second = torch.autograd.functional.hessian(lambda a: noise.nll(a, y).sum(), point).reshape(2, 2)
        assert second.abs().max() <= bound + 1e-6
    assert noise.information(y, None).item() == pytest.approx(100)


def test_what_was_not_drawn_is_refused() -> None:
    with pytest.raises(ArgumentError, match=r"`y` must hold magnitudes, none below zero, got -0\.1"):
        likelihood(Denoising(RicianNoise()), torch.tensor([[[[-0.1]]]]))
    with pytest.raises(ShapeError, match="`y` must hold magnitudes, which are real"):
        RicianNoise().sample(torch.ones(1, 1, 1, 1) * 1j)
    with pytest.raises(ArgumentError, match="`sigma` must be positive"):
        RicianNoise(0.0)
    assert RicianNoise().nll(torch.zeros(1, 1, 1, 1), torch.zeros(1, 1, 1, 1)).isfinite().all()
