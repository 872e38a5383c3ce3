import numpy as np
import pytest
import scipy
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.fidelity import likelihood
from preimage.physics import BinomialNoise, Denoising, PoissonNoise
from tests.example import Example
from tests.physics.noise.densities import constant_image, density, require_moments

EXAMPLES = {
    BinomialNoise: [Example(lambda: BinomialNoise(20)), Example(lambda: BinomialNoise(torch.tensor([5.0, 30.0])))],
}


def test_probabilities_are_scipys() -> None:
    counts = torch.arange(13, dtype=torch.float64)
    got = density(BinomialNoise(12), 0.3, counts / 12)
    np.testing.assert_allclose(got.numpy(), scipy.stats.binom(12, 0.3).pmf(counts.numpy()), rtol=1e-9)


def test_moments(rng: torch.Generator) -> None:
    require_moments(BinomialNoise(12).sample(constant_image(0.3), rng), 0.3, 0.3 * 0.7 / 12)


def test_rare_ones_of_many_trials_are_poisson_noise() -> None:
    z, y = torch.tensor([[[[5e-5, 2e-5]]]]).double(), torch.tensor([[[[6e-5, 0.0]]]]).double()
    many, counts = BinomialNoise(1_000_000), PoissonNoise(1e-6)
    torch.testing.assert_close(many.log_prob(z, y), counts.log_prob(z, y), rtol=0, atol=1e-2)
    torch.testing.assert_close(many.grad(z, y), counts.grad(z, y), rtol=1e-3, atol=0)


def test_discrepancy_is_about_one(rng: torch.Generator) -> None:
    x = 0.2 + 0.6 * torch.rand(1, 1, 100, 100, generator=rng)
    physics = Denoising(BinomialNoise(40))
    f = likelihood(physics, physics(x, rng))
    assert f.discrepancy(x).item() == pytest.approx(1, abs=0.06)


def test_never_and_always() -> None:
    noise, one = BinomialNoise(10), torch.ones(1, 1, 1, 1)
    for z, y, value, slope in (
        (0, 0, 0, 10),
        (1, 1, 0, -10),
        (0, 1, torch.inf, -torch.inf),
        (1, 0, torch.inf, torch.inf),
    ):
        assert noise.nll(z * one, y * one).item() == pytest.approx(value)
        assert noise.grad(z * one, y * one).item() == pytest.approx(slope)
        assert noise.deviance(z * one, y * one).item() == pytest.approx(2 * value)
    for z, slope in ((-0.1, -torch.inf), (1.1, torch.inf)):
        assert noise.nll(z * one, one / 2).item() == torch.inf
        assert noise.grad(z * one, one / 2).item() == slope
        assert noise.deviance(z * one, one / 2).item() == torch.inf


def test_what_is_refused() -> None:
    with pytest.raises(ArgumentError, match="`trials` must be a whole number"):
        BinomialNoise(2.5)  # pyright: ignore[reportArgumentType] that is the point
    with pytest.raises(ArgumentError, match="`trials` must be positive"):
        BinomialNoise(0)
    with pytest.raises(ArgumentError, match=r"in \[0, 1\], got 2"):
        likelihood(Denoising(BinomialNoise(5)), torch.full((1, 1, 2, 2), 2.0))
    with pytest.raises(ShapeError, match="probabilities"):
        BinomialNoise(5).sample(torch.ones(1, 1, dtype=torch.complex64))
