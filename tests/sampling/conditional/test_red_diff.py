import pytest
import torch

from preimage.errors import ArgumentError, CapabilityError
from preimage.physics import Denoising, GaussianNoise, NoNoise
from preimage.sampling import PowerSchedule, REDDiff
from tests.example import Example
from tests.sampling.conditional.oracle import Levels
from tests.sampling.gaussian import MEAN, PRIOR, SPREAD

SCHEDULE = PowerSchedule(5, sigma_max=2.0, sigma_min=0.01)
EXAMPLES = {REDDiff: [Example(lambda: REDDiff(PRIOR, schedule=SCHEDULE), shape=(2, 1, 4, 3))]}


def fixed_point(level: float, sigma: float, weight: float, spread: float) -> torch.Tensor:
    pull = weight / spread**2 * sigma**2 / (SPREAD.square() + sigma**2)
    return (0.4 / level**2 + pull * MEAN) / (1 / level**2 + pull)


def test_of_a_gaussian_it_is_the_most_likely_image_of_its_strength() -> None:
    level, sigma, weight, spread = 0.3, 0.2, 0.7, 0.25
    schedule = Levels(spread=spread, levels=(sigma,) * 250 + (0.0,))
    y = torch.full((1, 1, 500, 3), 0.4)
    x = REDDiff(PRIOR, weight, 0.01, schedule)(y, Denoising(GaussianNoise(level)))[0, 0].mean(0)
    torch.testing.assert_close(x, fixed_point(level, sigma, weight, spread), rtol=0, atol=0.004)


def test_what_it_cannot_use_is_told() -> None:
    with pytest.raises(ArgumentError, match="`weight`"):
        REDDiff(PRIOR, weight=0.0)
    with pytest.raises(CapabilityError, match="take DDNM"):
        REDDiff(PRIOR)(torch.ones(1, 1, 2, 3), Denoising(NoNoise()))
