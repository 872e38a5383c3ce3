import pytest
import torch

from preimage.errors import CapabilityError
from preimage.physics import Decolorize, Denoising, GaussianNoise, PoissonNoise
from preimage.sampling import PerturbAndOptimize
from tests.example import Example

WEIGHTS = torch.tensor([1.0, 0.5, -0.3])

EXAMPLES = {PerturbAndOptimize: [Example(lambda: PerturbAndOptimize(samples=2))]}


def test_mean_and_covariance_are_those_of_the_posterior() -> None:
    """Of three pixels that every column of an image holds on its own: many independent copies in one image."""
    physics = Decolorize(WEIGHTS, GaussianNoise(0.4))
    x = PerturbAndOptimize(0.3, 0.7, samples=2).sample(torch.full((1, 1, 100, 100), 0.5), physics).samples
    pixels = x[0].movedim(1, 0).flatten(1).double()
    covariance = (torch.outer(WEIGHTS, WEIGHTS) / 0.4**2 + torch.eye(3) / 0.7**2).inverse()
    mean = covariance @ (WEIGHTS * 0.5 / 0.4**2 + 0.3 / 0.7**2)
    torch.testing.assert_close(pixels.mean(1), mean.double(), rtol=0, atol=0.02)
    torch.testing.assert_close(pixels.cov(), covariance.double(), rtol=0.05, atol=0.01)


def test_either_part_of_a_complex_image_has_the_noise_of_its_own() -> None:
    y = torch.full((1, 1, 60, 60), 0.5 + 0.2j)
    x = PerturbAndOptimize(0.1, 0.7, samples=2).sample(y, Denoising(GaussianNoise(0.4))).samples
    variance = 1 / (1 / 0.4**2 + 1 / 0.7**2)
    for part, seen, mean in ((x.real, 0.5, 0.1), (x.imag, 0.2, 0.0)):
        assert float(part.var()) == pytest.approx(variance, rel=0.06)
        assert float(part.mean()) == pytest.approx(variance * (seen / 0.4**2 + mean / 0.7**2), abs=0.02)


def test_counts_are_refused() -> None:
    with pytest.raises(CapabilityError, match="linear with white Gaussian noise"):
        PerturbAndOptimize().sample(torch.ones(1, 1, 2, 2), Denoising(PoissonNoise(0.1)))
