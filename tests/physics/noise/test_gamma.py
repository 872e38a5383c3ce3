import numpy as np
import pytest
import scipy
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.fidelity import likelihood
from preimage.physics import Denoising, GammaNoise, Inpainting
from tests.example import LEVELS, Example
from tests.physics.noise.densities import constant_image, density, integral, require_moments

EXAMPLES = {
    GammaNoise: [
        Example(lambda: GammaNoise(3.0)),
        Example(lambda: GammaNoise(20 * LEVELS)),
    ],
}


def test_density_is_scipys() -> None:
    y = torch.linspace(0.01, 4, 50, dtype=torch.float64)
    for looks in (0.7, 1.0, 5.0):
        expected = scipy.stats.gamma(looks, scale=0.6 / looks).pdf(y.numpy())
        np.testing.assert_allclose(density(GammaNoise(looks), 0.6, y).numpy(), expected, rtol=1e-12)
    assert integral(GammaNoise(3.0), 0.6, 1e-9, 8) == pytest.approx(1, abs=1e-8)


def test_moments(rng: torch.Generator) -> None:
    for looks in (1.0, 4.0):
        require_moments(GammaNoise(looks).sample(constant_image(0.6), rng), 0.6, 0.6**2 / looks)


@pytest.mark.parametrize("looks", [0.5, 1.0, 8.0])
def test_prox_is_the_global_minimiser(looks: float) -> None:
    noise, one = GammaNoise(looks), torch.ones(1, 1, 1, 1, dtype=torch.float64)
    for z, y, step in ((0.5, 0.3, 0.01), (-2.0, 0.4, 0.05), (3.0, 0.1, 0.5), (5.0, 0.01, 0.6), (0.2, 7.0, 100.0)):

        def objective(u: float, z: float = z, y: float = y, step: float = step) -> float:
            return step * float(noise.nll(u * one, y * one)) + (u - z) ** 2 / 2

        starts = np.geomspace(1e-4, 20, 400)
        best = min(starts, key=objective)
        fine = scipy.optimize.minimize_scalar(objective, bounds=(best / 1.1, best * 1.1), options={"xatol": 1e-12})
        got = noise.prox(z * one, y * one, step).item()
        assert objective(got) <= fine.fun + 1e-12
        assert got == pytest.approx(fine.x, rel=1e-5)


def test_zero_is_dark() -> None:
    noise, zero = GammaNoise(2.0), torch.zeros(1, 1, 1, 1)
    assert noise.nll(zero, zero).item() == 0
    assert noise.grad(zero, zero).item() == 0
    assert noise.prox(zero + 0.5, zero, 0.1).item() == 0
    assert noise.nll(zero - 1, zero + 1).item() == torch.inf
    assert noise.deviance(zero, zero).item() == 0
    assert noise.deviance(zero, zero + 1).item() == torch.inf
    assert noise.sample(zero - 1).item() == 0


def test_discrepancy_is_about_one(rng: torch.Generator) -> None:
    x = torch.rand(1, 1, 100, 100, generator=rng) + 0.1
    physics = Denoising(GammaNoise(10.0))
    assert likelihood(physics, physics(x, rng)).discrepancy(x).item() == pytest.approx(1 + 1 / 60, abs=0.04)


def test_unseen_pixels_stay(rng: torch.Generator) -> None:
    physics = Inpainting(torch.tensor([[1.0, 0.0]]), GammaNoise(5.0))
    f = likelihood(physics, torch.tensor([[[[0.4, -3.0]]]]))
    x = torch.full((1, 1, 1, 2), 0.7)
    assert f(x).isfinite().all()
    assert f.grad(x)[..., 1].item() == 0
    assert f.prox(x, 0.01)[..., 1].item() == pytest.approx(0.7)
    assert f.curvature(x).item() == pytest.approx(5 / 0.4**2)


def test_ranges() -> None:
    with pytest.raises(ArgumentError, match=r"`y` must hold intensities, none below zero, got -0\.1"):
        likelihood(Denoising(GammaNoise()), torch.tensor([[[[-0.1]]]]))
    with pytest.raises(ShapeError, match="`y` must hold intensities, which are real"):
        GammaNoise().check_measurement(torch.ones(1, 1, 1, 1) * 1j, None)
    with pytest.raises(ArgumentError, match="`looks` must be positive"):
        GammaNoise(0.0)
