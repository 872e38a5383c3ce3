import pytest
import torch

from preimage.errors import CapabilityError
from preimage.physics import BlurFFT, Denoising, GaussianNoise
from preimage.sampling.uncertainty import TweedieErrorMap
from tests.sampling.gaussian import MEAN, PRIOR, SPREAD


def test_it_is_the_spread_of_the_posterior_of_a_gaussian() -> None:
    sigma = torch.tensor([0.1, 0.4])
    y = MEAN.expand(2, 1, 4, 3) + 0.3
    physics = Denoising(GaussianNoise(sigma))
    found = TweedieErrorMap(PRIOR, width=0.0)(y, physics, PRIOR(y, sigma))
    variance = sigma[:, None].square() * SPREAD.square() / (sigma[:, None].square() + SPREAD.square())
    torch.testing.assert_close(found, variance.sqrt()[:, None, None].expand(2, 1, 4, 3), rtol=1e-3, atol=0)


def test_other_physics_is_refused() -> None:
    y = torch.rand(1, 1, 5, 5, generator=torch.Generator().manual_seed(0))
    with pytest.raises(CapabilityError, match="take BootstrapErrorMap"):
        TweedieErrorMap(PRIOR)(y, BlurFFT(torch.ones(3, 3) / 9, GaussianNoise(0.1)), y)
