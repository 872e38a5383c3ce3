import pytest
import torch

from preimage.errors import ArgumentError
from preimage.fidelity import likelihood
from preimage.physics import Inpainting, UniformNoise
from tests.example import LEVELS, Example
from tests.physics.noise.densities import constant_image, integral, require_moments

EXAMPLES = {
    UniformNoise: [
        Example(UniformNoise, complex=True),
        Example(lambda: UniformNoise(LEVELS), complex=True),
    ],
}


def test_density_and_moments(rng: torch.Generator) -> None:
    noise = UniformNoise(0.3)
    assert integral(noise, 0.2, -1, 2, 60001) == pytest.approx(1, abs=1e-4)
    draws = noise.sample(constant_image(0.2), rng)
    require_moments(draws, 0.2, 0.3**2 / 3)
    assert draws.min() > -0.1
    assert draws.max() < 0.5
    require_moments(noise.sample(constant_image(0.2).to(torch.complex128), rng).imag, 0.0, 0.3**2 / 3)


def test_own_draws_are_possible_in_single_precision(rng: torch.Generator) -> None:
    z = 100 * torch.rand(1, 1, 200, 200, generator=rng)
    noise = UniformNoise(1e-3)
    assert noise.nll(z, noise.sample(z, rng)).isfinite().all()
    y = torch.full_like(z, 40.0)
    assert noise.nll(noise.prox(z, y, 1.0), y).isfinite().all()


def test_the_prox_of_missing_pixels_is_the_image(rng: torch.Generator) -> None:
    mask = torch.tensor([[1.0, 0.0]])
    f = likelihood(Inpainting(mask, UniformNoise(0.1)), torch.tensor([[[[0.5, 7.0]]]]))
    torch.testing.assert_close(f.prox(torch.tensor([[[[0.9, 0.9]]]]), 1.0), torch.tensor([[[[0.6, 0.9]]]]))


def test_needs_a_width() -> None:
    with pytest.raises(ArgumentError, match="`half_width` must be positive"):
        UniformNoise(0)
