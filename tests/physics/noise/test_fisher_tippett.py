import math

import numpy as np
import pytest
import torch
from scipy import optimize, special

from preimage.errors import ArgumentError, ShapeError
from preimage.fidelity import likelihood
from preimage.physics import Denoising, FisherTippettNoise, GammaNoise
from tests.example import LEVELS, Example
from tests.physics.noise.densities import constant_image, density, integral, require_moments

EXAMPLES = {
    FisherTippettNoise: [
        Example(lambda: FisherTippettNoise(3.0)),
        Example(lambda: FisherTippettNoise(20 * LEVELS)),
    ],
}


def test_it_is_the_logarithm_of_speckle() -> None:
    logs = torch.linspace(-4, 2, 30, dtype=torch.float64)
    for looks in (0.7, 1.0, 5.0):
        speckle = density(GammaNoise(looks), 0.6, logs.exp()) * logs.exp()  # density of the logarithm
        torch.testing.assert_close(density(FisherTippettNoise(looks), math.log(0.6), logs), speckle)
    assert integral(FisherTippettNoise(2.0), 0.3, -25, 6) == pytest.approx(1, abs=1e-8)


def test_moments(rng: torch.Generator) -> None:
    for looks in (1.0, 4.0):
        draws = FisherTippettNoise(looks).sample(constant_image(0.3), rng)
        variance = float(special.polygamma(1, looks))
        require_moments(draws, 0.3 + float(special.digamma(looks)) - math.log(looks), variance)


@pytest.mark.parametrize("step", [1e-3, 0.1, 10.0])
def test_prox_and_conjugate_are_those_found_by_scipy(step: float) -> None:
    noise, one = FisherTippettNoise(4.0), torch.ones(1, 1, 1, 1, dtype=torch.float64)
    for z, y in ((0.5, 0.3), (-2.0, 0.4), (4.0, -0.1)):
        root = optimize.brentq(lambda u, z=z, y=y: step * 4 * (1 - np.exp(y - u)) + u - z, -50, 50, xtol=1e-13)
        assert noise.prox(z * one, y * one, step).item() == pytest.approx(root, abs=1e-10)
    for u in (-20.0, 0.0, 3.9):
        best = optimize.minimize_scalar(
            lambda z, u=u: float(noise.nll(z * one, 0.4 * one)) - u * z, bounds=(-20, 40), options={"xatol": 1e-10}
        )
        assert noise.conjugate(u * one, 0.4 * one).item() == pytest.approx(-best.fun, abs=1e-7)
    assert noise.conjugate(4.001 * one, one).item() == torch.inf


def test_discrepancy_is_about_one(rng: torch.Generator) -> None:
    x = torch.rand(1, 1, 100, 100, generator=rng)
    physics = Denoising(FisherTippettNoise(10.0))
    f = likelihood(physics, physics(x, rng))
    assert f.discrepancy(x).item() == pytest.approx(1 + 1 / 60, abs=0.04)
    assert f.curvature(x).item() == pytest.approx(10)


def test_ranges() -> None:
    with pytest.raises(ArgumentError, match="`looks` must be positive"):
        FisherTippettNoise(torch.tensor([1.0, 0.0]))
    with pytest.raises(ShapeError, match="`y` must hold logarithms, which are real"):
        FisherTippettNoise().check_measurement(torch.ones(1, 1, 1, 1) * 1j, None)
