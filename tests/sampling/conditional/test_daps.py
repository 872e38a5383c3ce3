from itertools import pairwise

import pytest
import torch

from preimage.errors import ArgumentError, CapabilityError
from preimage.physics import Denoising, GaussianNoise, NoNoise, PoissonNoise
from preimage.sampling import DAPS, PowerSchedule
from tests.example import Example
from tests.sampling.conditional.oracle import Levels, weighted_sum
from tests.sampling.gaussian import MEAN, PRIOR, SPREAD

SCHEDULE = PowerSchedule(3, sigma_max=2.0, sigma_min=0.01)
EXAMPLES = {DAPS: [Example(lambda: DAPS(PRIOR, 2, SCHEDULE, samples=2), shape=(2, 1, 4, 3))]}


def test_mean_and_variance_of_a_gaussian_follow_their_recursion() -> None:
    """Three pixels with priors of their own, each measured alone; the flow takes one step of Euler."""
    level, levels, prior = 0.2, (1.0, 0.3, 0.1, 0.0), SPREAD.square()
    schedule = Levels(mean=MEAN.reshape(1, 1, 1, 3), spread=SPREAD.reshape(1, 1, 1, 3), levels=levels)
    y = torch.full((1, 1, 4000, 3), 0.4)
    x = DAPS(PRIOR, 1, schedule, samples=1).sample(y, Denoising(GaussianNoise(level))).samples[0, 0, 0]
    mean, variance = MEAN, prior + 1
    for sigma, to in pairwise(levels):
        kept = prior / (prior + sigma**2)
        gain = sigma**2 / (sigma**2 + level**2)
        mean = (1 - gain) * (MEAN + kept * (mean - MEAN)) + gain * 0.4
        variance = ((1 - gain) * kept).square() * variance + gain * level**2 + to**2
    torch.testing.assert_close(x.mean(0), mean, rtol=0, atol=0.006)
    torch.testing.assert_close(x.var(0), variance, rtol=0.1, atol=0)


def test_without_noise_it_gives_the_measurement() -> None:
    physics = weighted_sum(0.1).with_noise(NoNoise())
    y = torch.tensor([[[[0.3, -0.2, 0.4]]]])
    torch.testing.assert_close(physics.A(DAPS(PRIOR, 2, SCHEDULE, samples=1)(y, physics)), y)


def test_what_it_cannot_use_is_told() -> None:
    with pytest.raises(ArgumentError, match="`inner`"):
        DAPS(PRIOR, inner=0)
    with pytest.raises(CapabilityError, match="linear with white Gaussian noise"):
        DAPS(PRIOR)(torch.ones(1, 1, 2, 3), Denoising(PoissonNoise(0.1)))
