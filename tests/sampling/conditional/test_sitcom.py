import pytest
import torch

from preimage.errors import ArgumentError, CapabilityError
from preimage.physics import Denoising, GaussianNoise, NoNoise
from preimage.sampling import SITCOM, Chains, PowerSchedule
from tests.example import Example
from tests.sampling.conditional.oracle import Levels
from tests.sampling.gaussian import MEAN, PRIOR, SPREAD

SCHEDULE = PowerSchedule(2, sigma_max=2.0, sigma_min=0.1)
EXAMPLES = {SITCOM: [Example(lambda: SITCOM(PRIOR, inner=3, schedule=SCHEDULE, samples=2), shape=(2, 1, 4, 3))]}


@pytest.mark.parametrize("unit", [1.0, 3.0])
def test_of_a_gaussian_it_finds_the_minimum(unit: float) -> None:
    level, sigma = 0.2, 0.5
    schedule = Levels(mean=0.3, levels=(sigma, 0.0))
    y = torch.full((1, 1, 5, 3), 0.4)
    physics = unit * Denoising(GaussianNoise(level))
    x = SITCOM(PRIOR, 300, 0.01, schedule, samples=1)(unit * y, physics.with_noise(GaussianNoise(unit * level)))
    start = schedule.start(y, Chains.seeded(0, 1, 0, alike=True))
    kept = SPREAD.square() / (SPREAD.square() + sigma**2)
    # kept (D - y) / level^2 + (v - start) / sigma^2 = 0 with D = MEAN + kept (v - MEAN)
    pull, hold = kept / level**2, 1 / sigma**2
    v = (hold * start + pull * (0.4 - (1 - kept) * MEAN)) / (hold + pull * kept)
    torch.testing.assert_close(x, MEAN + kept * (v - MEAN), rtol=0, atol=1e-3)


def test_what_it_cannot_use_is_told() -> None:
    with pytest.raises(ArgumentError, match="`inner`"):
        SITCOM(PRIOR, inner=0)
    with pytest.raises(CapabilityError, match="take DDNM"):
        SITCOM(PRIOR)(torch.ones(1, 1, 2, 3), Denoising(NoNoise()))
