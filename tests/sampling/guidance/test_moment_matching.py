import pytest
import torch

from preimage.errors import CapabilityError
from preimage.physics import Denoising, PoissonNoise
from preimage.sampling import MomentMatching
from tests.sampling.gaussian import PRIOR
from tests.sampling.guidance.problem import SIGMA, guided, known, through


def test_it_is_the_mean_of_the_posterior_of_a_gaussian() -> None:
    exact = known()
    expected = exact.d + through(SIGMA**2 * exact.jacobian, exact.residual)
    torch.testing.assert_close(guided(MomentMatching()), expected)
    torch.testing.assert_close(guided(MomentMatching(), unit=3.0), expected)


def test_noise_that_is_not_gaussian_is_refused() -> None:
    with pytest.raises(CapabilityError, match="have white Gaussian noise"):
        MomentMatching()(PRIOR, Denoising(PoissonNoise(0.1)), torch.zeros(1, 1, 1, 3))
