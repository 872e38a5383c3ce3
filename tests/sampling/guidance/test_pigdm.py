import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics import Denoising, GaussianNoise
from preimage.sampling import PiGDM
from tests.sampling.guidance.problem import SIGMA, guided, known, through


@pytest.mark.parametrize("unit", [1.0, 3.0])
def test_it_is_the_published_formula(unit: float) -> None:
    exact, spread = known(), 0.3
    variance = torch.full((3,), SIGMA**2 * spread**2 / (SIGMA**2 + spread**2), dtype=torch.float64)
    pulled = exact.jacobian * through(variance, exact.residual) / variance
    torch.testing.assert_close(guided(PiGDM(spread), unit), exact.d + SIGMA**2 * pulled)


def test_a_smooth_prior_at_strong_noise_gets_a_step_of_twice_the_residual() -> None:
    """Images of nine equal pixels of variance 1 are taken for white noise of variance 0.0009, under noise of level 1.

    The Jacobian along that is 0.9, where white noise has 0.0009: a step of 1,000 times the residual.
    """
    x, y = torch.full((1, 1, 3, 3), 2.0, dtype=torch.float64), torch.zeros(1, 1, 3, 3, dtype=torch.float64)
    sigma, keep = torch.tensor(1.0, dtype=torch.float64), 9 / (9 + 1.0)

    def grey(z: torch.Tensor, level: torch.Tensor) -> torch.Tensor:
        return keep * z.mean((2, 3), keepdim=True).expand_as(z)

    found = PiGDM(0.03)(grey, Denoising(GaussianNoise(1e-6)), y)(x, sigma)
    torch.testing.assert_close(found, grey(x, sigma) + 2 * (y - grey(x, sigma)), rtol=1e-5, atol=0)


def test_a_spread_of_zero_is_told() -> None:
    with pytest.raises(ArgumentError, match="`spread`"):
        PiGDM(0.0)
