import numpy as np
import pytest
import scipy
import torch

from preimage.errors import ArgumentError
from preimage.fidelity import likelihood
from preimage.physics import Denoising, NegativeBinomialNoise, PoissonNoise
from tests.example import LEVELS, Example
from tests.physics.noise.densities import constant_image, density, require_moments

EXAMPLES = {
    NegativeBinomialNoise: [
        Example(lambda: NegativeBinomialNoise(0.05, 3.0)),
        Example(lambda: NegativeBinomialNoise(0.3 * LEVELS, 20 * LEVELS)),
    ],
}


def test_probabilities_are_scipys() -> None:
    counts = torch.arange(400, dtype=torch.float64)
    got = density(NegativeBinomialNoise(0.05, 3.0), 0.6, 0.05 * counts)
    np.testing.assert_allclose(got.numpy(), scipy.stats.nbinom(3.0, 3 / (3 + 12)).pmf(counts.numpy()), rtol=1e-9)
    assert got.sum().item() == pytest.approx(1, abs=1e-9)


def test_moments(rng: torch.Generator) -> None:
    draws = NegativeBinomialNoise(0.05, 3.0).sample(constant_image(0.6), rng)
    require_moments(draws, 0.6, 0.05 * 0.6 + 0.6**2 / 3)


def test_many_modes_are_poisson_noise() -> None:
    z, y = torch.tensor([[[[0.5, 0.2]]]]), torch.tensor([[[[0.6, 0.0]]]])
    torch.testing.assert_close(NegativeBinomialNoise(0.05, 1e7).log_prob(z, y), PoissonNoise(0.05).log_prob(z, y))
    torch.testing.assert_close(NegativeBinomialNoise(0.05, 1e7).grad(z, y), PoissonNoise(0.05).grad(z, y))


@pytest.mark.parametrize("modes", [0.5, 3.0, 100.0])
def test_prox_is_the_global_minimiser(modes: float) -> None:
    noise, one = NegativeBinomialNoise(0.1, modes), torch.ones(1, 1, 1, 1, dtype=torch.float64)
    for z, y, step in ((0.5, 0.3, 0.01), (-2.0, 0.4, 0.05), (3.0, 0.1, 0.5), (0.3, 0.0, 0.01), (0.01, 0.0, 0.1)):

        def objective(u: float, z: float = z, y: float = y, step: float = step) -> float:
            return step * float(noise.nll(u * one, y * one)) + (u - z) ** 2 / 2

        best = min(np.append(np.geomspace(1e-5, 20, 500), 0.0), key=objective)
        fine = scipy.optimize.minimize_scalar(
            objective, bounds=(best / 1.1, best * 1.1 + 1e-12), options={"xatol": 1e-12}
        )
        got = noise.prox(z * one, y * one, step).item()
        assert objective(got) <= fine.fun + 1e-11
        assert got == pytest.approx(fine.x, rel=1e-5, abs=1e-6)


def test_discrepancy_is_about_one(rng: torch.Generator) -> None:
    x = torch.rand(1, 1, 100, 100, generator=rng) + 0.5
    physics = Denoising(NegativeBinomialNoise(0.02, 30.0))
    f = likelihood(physics, physics(x, rng))
    assert f.discrepancy(x).item() == pytest.approx(1, abs=0.06)
    assert f.curvature(x).item() == pytest.approx(1 / (0.02 * 1 + 1 / 30), rel=0.05)


def test_zero_and_below() -> None:
    noise, one = NegativeBinomialNoise(0.1, 2.0), torch.ones(1, 1, 1, 1)
    assert noise.nll(0 * one, 0 * one).item() == pytest.approx(0, abs=1e-6)
    assert noise.grad(0 * one, 0 * one).item() == pytest.approx(10)
    assert noise.nll(-one, one).item() == torch.inf
    assert noise.deviance(0 * one, 0 * one).item() == 0
    assert noise.deviance(-one, one).item() == torch.inf
    assert noise.conjugate(one, one).item() == torch.inf
    with pytest.raises(ArgumentError, match="`y` must hold counts, none below zero"):
        likelihood(Denoising(noise), -one)
    with pytest.raises(ArgumentError, match="`modes` must be positive"):
        NegativeBinomialNoise(0.1, 0.0)
