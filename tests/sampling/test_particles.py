import pytest
import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage.denoisers import Denoiser
from preimage.errors import ArgumentError, CapabilityError
from preimage.physics import CompressedSensing, Denoising, GaussianNoise, PoissonNoise
from preimage.sampling import PowerSchedule, TwistedParticles
from tests.example import Example
from tests.sampling.gaussian import MEAN, PRIOR, SPREAD

EXAMPLES = {
    TwistedParticles: [
        Example(lambda: TwistedParticles(PRIOR, PowerSchedule(3, sigma_max=5.0), particles=4), shape=(2, 1, 4, 3))
    ]
}

MATRIX = torch.tensor([[1.0, 0.5, -0.3]])
SCHEDULE = PowerSchedule(100, sigma_max=15.0, sigma_min=0.01)


class TwoValues(Denoiser):
    """The mean of pixels that are -1 or 1 with a spread of 0.2."""

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        variance = 0.04 + per_image(sigma, x).square()
        sign = torch.tanh(x / variance)
        return sign + 0.04 / variance * (x - sign)


def test_mean_and_covariance_are_those_of_the_posterior_of_a_gaussian() -> None:
    physics, y = CompressedSensing(MATRIX, (1, 1, 3), GaussianNoise(0.1)), torch.tensor([[0.9]])
    x = TwistedParticles(PRIOR, SCHEDULE, particles=2000).sample(y, physics).samples[0].flatten(1).double()
    covariance = (MATRIX.T @ MATRIX / 0.1**2 + torch.diag(1 / SPREAD**2)).inverse()
    mean = covariance @ (MATRIX.T @ y[0] / 0.1**2 + MEAN / SPREAD**2)
    torch.testing.assert_close(x.mean(0), mean.double(), rtol=0, atol=0.02)
    torch.testing.assert_close(x.T.cov(), covariance.double(), rtol=0.15, atol=0.004)


def test_modes_have_the_weights_of_the_posterior() -> None:
    """Of ``x`` near -1 or 1, seen with noise of 1: their odds are ``exp(2 y / (1 + 0.04))``."""
    physics, y = Denoising(GaussianNoise(1.0)), torch.full((1, 1, 1, 1), 0.4)
    x = TwistedParticles(TwoValues(), SCHEDULE, spread=1.0, particles=1500).sample(y, physics).samples.flatten()
    expected = torch.sigmoid(torch.tensor(2 * 0.4 / 1.04))
    assert float((x > 0).double().mean()) == pytest.approx(float(expected), abs=0.05)
    assert float((x.abs() - 1).std()) == pytest.approx((1 / (1 / 0.04 + 1)) ** 0.5, rel=0.1)


def test_images_are_independent() -> None:
    physics, y = CompressedSensing(MATRIX, (1, 1, 3), GaussianNoise(0.1)), torch.tensor([[0.9], [0.1]])
    model = TwistedParticles(PRIOR, PowerSchedule(5, sigma_max=5.0, sigma_min=0.1), particles=4)
    torch.testing.assert_close(model.sample(y, physics).samples[:1], model.sample(y[:1], physics).samples)


def test_what_it_cannot_use_is_told() -> None:
    with pytest.raises(CapabilityError, match="linear with white Gaussian noise of one level"):
        TwistedParticles(PRIOR).sample(torch.ones(1, 1, 1, 3), Denoising(PoissonNoise(0.1)))
    with pytest.raises(ArgumentError, match="`particles`"):
        TwistedParticles(PRIOR, particles=1)
