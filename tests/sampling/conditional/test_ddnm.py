import pytest
import torch

from preimage.errors import ArgumentError, CapabilityError
from preimage.physics import Denoising, NoNoise, PoissonNoise
from preimage.sampling import DDIM, DDNM, DiffPIR, DiffusionSampler, PowerSchedule
from tests.example import Example
from tests.sampling.conditional.oracle import DIRECTION, ORACLE, TRUTH, Levels, noise_of, weighted_sum
from tests.sampling.gaussian import PRIOR

SCHEDULE = PowerSchedule(4, sigma_max=2.0, sigma_min=0.01)
EXAMPLES = {DDNM: [Example(lambda: DDNM(PRIOR, schedule=SCHEDULE, samples=2), shape=(2, 1, 4, 3))]}

FRESH = 0.2 * (1 - 0.16) ** 0.5


@pytest.mark.parametrize(("error", "weight"), [(0.1, 1 - 0.16), (0.4, FRESH / 0.4)])
def test_the_noise_is_that_of_the_level_and_the_measurement_has_its_weight(error: float, weight: float) -> None:
    noise, measured = noise_of(DDNM(ORACLE, 1.0, Levels(), 1), weighted_sum(error))
    torch.testing.assert_close(noise @ noise.mT / noise.shape[1], 0.04 * torch.eye(3), rtol=0.03, atol=0.0012)
    slope = (DIRECTION @ noise) @ measured / measured.square().sum()
    torch.testing.assert_close(slope, torch.tensor(weight), rtol=0, atol=0.2 / error * 0.02)


def test_without_noise_it_is_diffpir_and_gives_the_measurement() -> None:
    physics = weighted_sum(0.1).with_noise(NoNoise())
    y = torch.tensor([[[[0.3, -0.2]]]])
    denoiser = ORACLE.replace(spread=torch.tensor(0.3), mean=TRUTH)
    x = DDNM(denoiser, 0.8, SCHEDULE, samples=1)(y, physics)
    torch.testing.assert_close(physics.A(x), y)
    torch.testing.assert_close(x, DiffusionSampler(denoiser, DiffPIR(), DDIM(0.8), SCHEDULE, 1)(y, physics))


def test_units_do_not_count() -> None:
    y = torch.full((1, 1, 2, 2), 0.3)
    sampler = DDNM(ORACLE, schedule=SCHEDULE, samples=1)
    torch.testing.assert_close(sampler(3 * y, weighted_sum(0.1, 3.0)), sampler(y, weighted_sum(0.1)))


def test_what_it_cannot_use_is_told() -> None:
    with pytest.raises(ArgumentError, match="`eta`"):
        DDNM(PRIOR, eta=0.0)
    with pytest.raises(CapabilityError, match="take DiffPIR"):
        DDNM(PRIOR)(torch.ones(1, 1, 2, 3), Denoising(PoissonNoise(0.1)))
