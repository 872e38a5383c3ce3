import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics import Denoising, GaussianNoise
from preimage.sampling import PerturbAndOptimize
from preimage.sampling.uncertainty import PosteriorErrorMap


def test_it_is_the_spread_of_the_samples() -> None:
    y, physics = torch.full((1, 1, 30, 40), 0.5), Denoising(GaussianNoise(0.3))
    found = PosteriorErrorMap(PerturbAndOptimize(0.5, 0.4, samples=30))(y, physics, y)
    assert float(found.square().mean().sqrt()) == pytest.approx((1 / (1 / 0.09 + 1 / 0.16)) ** 0.5, rel=0.03)


def test_another_picture_is_told() -> None:
    y, x_hat = torch.zeros(1, 1, 2, 2), torch.zeros(1, 1, 2, 3)
    with pytest.raises(ArgumentError, match="`x_hat` must be an estimate"):
        PosteriorErrorMap(PerturbAndOptimize())(y, Denoising(GaussianNoise(0.1)), x_hat)
