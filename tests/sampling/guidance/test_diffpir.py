import pytest
import torch

from preimage.errors import ArgumentError, CapabilityError
from preimage.physics import Denoising, RicianNoise
from preimage.sampling import DiffPIR
from tests.sampling.gaussian import PRIOR
from tests.sampling.guidance.problem import MATRIX, SIGMA, Y, guided, known, through


@pytest.mark.parametrize("unit", [1.0, 3.0])
def test_it_is_the_mean_around_the_denoised_image(unit: float) -> None:
    exact = known()
    variance = torch.full((3,), SIGMA**2 / 2.0, dtype=torch.float64)
    torch.testing.assert_close(guided(DiffPIR(2.0), unit), exact.d + through(variance, exact.residual))


def test_without_noise_it_gives_the_measurement() -> None:
    torch.testing.assert_close(guided(DiffPIR(), noisy=False) @ MATRIX.mT, Y)


def test_what_it_cannot_use_is_told() -> None:
    with pytest.raises(ArgumentError, match="`weight`"):
        DiffPIR(0.0)
    with pytest.raises(CapabilityError, match="take a guidance that needs gradients only"):
        DiffPIR()(PRIOR, Denoising(RicianNoise(0.1)), torch.zeros(1, 1, 1, 3))
