from itertools import pairwise

import pytest
import torch

from preimage.errors import ArgumentError, CapabilityError
from preimage.physics import Denoising, GaussianNoise, NoNoise, PoissonNoise
from preimage.sampling import DDRM, PowerSchedule
from tests.example import Example
from tests.sampling.conditional.oracle import DIRECTION, ORACLE, Levels, noise_of, weighted_sum
from tests.sampling.gaussian import MEAN, PRIOR, SPREAD

SCHEDULE = PowerSchedule(4, sigma_max=2.0, sigma_min=0.01)
EXAMPLES = {DDRM: [Example(lambda: DDRM(PRIOR, schedule=SCHEDULE, samples=2), shape=(2, 1, 4, 3))]}


@pytest.mark.parametrize(("error", "weight"), [(0.1, 0.7), (0.4, (1 - 0.6**2) ** 0.5 * 0.2 / 0.4)])
def test_the_noise_is_that_of_the_level_and_the_measurement_has_its_weight(error: float, weight: float) -> None:
    noise, measured = noise_of(DDRM(ORACLE, 0.6, 0.7, Levels(), 1), weighted_sum(error))
    torch.testing.assert_close(noise @ noise.mT / noise.shape[1], 0.04 * torch.eye(3), rtol=0.03, atol=0.0012)
    slope = (DIRECTION @ noise) @ measured / measured.square().sum()
    torch.testing.assert_close(slope, torch.tensor(weight), rtol=0, atol=0.2 / error * 0.02)


def test_without_noise_it_gives_the_measurement() -> None:
    physics = weighted_sum(0.1).with_noise(NoNoise())
    y = torch.tensor([[[[0.3, -0.2]]]])
    x = DDRM(ORACLE, schedule=SCHEDULE, samples=1)(y, physics)
    torch.testing.assert_close(physics.A(x), y)


def test_mean_and_variance_of_a_gaussian_follow_their_recursion() -> None:
    """Three pixels with priors of their own, each measured alone."""
    level, eta, levels = 0.2, 0.85, (1.0, 0.5, 0.25, 0.1, 0.0)
    schedule = Levels(mean=MEAN.reshape(1, 1, 1, 3), spread=SPREAD.reshape(1, 1, 1, 3), levels=levels)
    y = torch.full((1, 1, 4000, 3), 0.4)
    x = DDRM(PRIOR, eta, schedule=schedule, samples=1).sample(y, Denoising(GaussianNoise(level))).samples[0, 0, 0]
    mean, variance = MEAN, SPREAD.square() + 1
    for sigma, to in pairwise(levels):
        kept = SPREAD.square() / (SPREAD.square() + sigma**2)
        pull = (1 - eta**2) ** 0.5 * to / level if level > to else 1.0
        fresh = eta * to if level > to else (to**2 - level**2) ** 0.5
        mean = (1 - pull) * (MEAN + kept * (mean - MEAN)) + pull * 0.4
        variance = ((1 - pull) * kept).square() * variance + fresh**2
    torch.testing.assert_close(x.mean(0), mean, rtol=0, atol=0.005)
    torch.testing.assert_close(x.var(0), variance, rtol=0.1, atol=1e-9)


def test_units_do_not_count() -> None:
    y = torch.full((1, 1, 2, 2), 0.3)
    sampler = DDRM(ORACLE, schedule=SCHEDULE, samples=1)
    torch.testing.assert_close(sampler(3 * y, weighted_sum(0.1, 3.0)), sampler(y, weighted_sum(0.1)))


def test_what_it_cannot_use_is_told() -> None:
    with pytest.raises(ArgumentError, match="`eta_b`"):
        DDRM(PRIOR, eta_b=1.1)
    with pytest.raises(CapabilityError, match="take DiffPIR"):
        DDRM(PRIOR)(torch.ones(1, 1, 2, 3), Denoising(PoissonNoise(0.1)))
