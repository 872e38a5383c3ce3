import pytest
import torch

from preimage.errors import ArgumentError
from preimage.fidelity import likelihood
from preimage.physics import BandingNoise, Denoising, GaussianNoise
from tests.example import LEVELS, Example
from tests.physics.noise.densities import require_moments

EXAMPLES = {
    BandingNoise: [
        Example(BandingNoise, complex=True),
        Example(lambda: BandingNoise(LEVELS, 0.5 * LEVELS, LEVELS), complex=True),
    ],
}


def test_means_of_rows_and_columns_have_their_variances(rng: torch.Generator) -> None:
    draws = BandingNoise(0.2, 0.5, 0.3).sample(torch.zeros(2000, 1, 8, 6, dtype=torch.float64), rng)
    require_moments(draws[:, 0, 0, 0], 0, 0.2**2 + 0.5**2 + 0.3**2)
    require_moments(draws.mean(-1)[:, 0, 3], 0, 0.2**2 / 6 + 0.5**2 + 0.3**2 / 6)
    require_moments(draws.mean(-2)[:, 0, 3], 0, 0.2**2 / 8 + 0.5**2 / 8 + 0.3**2)


def test_without_bands_it_is_white_noise() -> None:
    z, y = (torch.rand(2, 3, 4, 5, generator=torch.Generator().manual_seed(k)) for k in (0, 1))
    torch.testing.assert_close(BandingNoise(0.2, 0.0).log_prob(z, y), GaussianNoise(0.2).log_prob(z, y))


def test_the_prox_takes_bands_away(rng: torch.Generator) -> None:
    x = torch.full((1, 1, 64, 64), 0.5)
    noise = BandingNoise(0.01, 0.2)
    y = noise.sample(x, rng)
    physics = Denoising(noise)
    assert likelihood(physics, y).discrepancy(x).item() == pytest.approx(1, abs=0.1)
    near = noise.prox(x + 0.01 * torch.randn(x.shape, generator=rng), y, 1e-3)  # the step is the prior's variance
    assert (near - x).mean(-1).std() < 0.2 * (y - x).mean(-1).std()


def test_ranges() -> None:
    with pytest.raises(ArgumentError, match="`sigma` must be positive"):
        BandingNoise(0.0, 0.1)
    with pytest.raises(ArgumentError, match="`columns` must be at least 0"):
        BandingNoise(0.1, 0.1, -0.1)
