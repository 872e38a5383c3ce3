import pytest
import torch
from torch import Tensor

from preimage.errors import ArgumentError, CapabilityError
from preimage.physics import Denoising, PoissonNoise
from preimage.sampling import NoiseSchedule, PnPDM, PowerSchedule
from tests.example import Example
from tests.sampling.conditional.oracle import ROOT, TRUTH, WEIGHTS, Levels, weighted_sum
from tests.sampling.gaussian import PRIOR, GaussianDenoiser

SCHEDULE = PowerSchedule(3, sigma_max=2.0, sigma_min=0.1)
EXAMPLES = {PnPDM: [Example(lambda: PnPDM(PRIOR, 2, SCHEDULE, samples=2), shape=(2, 1, 4, 3))]}

ERROR = 0.3
SPREAD = torch.tensor([0.6, 0.3, 0.4])
CHANNELS = GaussianDenoiser(TRUTH, SPREAD.reshape(1, 3, 1, 1))


def drawn(schedule: NoiseSchedule, inner: int) -> Tensor:
    """Samples (3, n) of three channels given one sum of them, of the value 1."""
    y = torch.ones(1, 1, 60, 50)
    return PnPDM(CHANNELS, inner, schedule, samples=1).sample(y, weighted_sum(ERROR)).samples[0, 0].flatten(1)


def check_posterior(x: Tensor, rho: float) -> None:
    """``x`` is the posterior of a measurement with noise ``s^2 + rho^2 A A^T``."""
    variance = ROOT**2 * (ERROR**2 + rho**2)
    covariance = (torch.outer(WEIGHTS, WEIGHTS) / variance + torch.diag(SPREAD**-2)).inverse()
    mean = covariance @ (WEIGHTS / variance + TRUTH.flatten() / SPREAD**2)
    torch.testing.assert_close(x.mean(1), mean, rtol=0, atol=0.03)
    torch.testing.assert_close(x.cov(), covariance, rtol=0.08, atol=0.008)


def test_at_one_level_it_is_the_posterior_of_noisier_data() -> None:
    check_posterior(drawn(Levels(levels=(0.4,) * 12 + (0.0,)), 30), 0.4)


def test_with_a_falling_level_it_is_the_posterior() -> None:
    check_posterior(drawn(PowerSchedule(50, sigma_max=1.0, sigma_min=0.03), 20), 0.03)


def test_what_it_cannot_use_is_told() -> None:
    with pytest.raises(ArgumentError, match="`inner`"):
        PnPDM(PRIOR, inner=0)
    with pytest.raises(CapabilityError, match="linear with white Gaussian noise"):
        PnPDM(PRIOR)(torch.ones(1, 1, 2, 3), Denoising(PoissonNoise(0.1)))
