import pytest
import torch

from preimage.errors import ArgumentError, CapabilityError
from preimage.physics import Denoising, GaussianNoise, NoNoise
from preimage.sampling import FlowSchedule, PnPFlow
from tests.example import Example
from tests.sampling.conditional.oracle import Levels
from tests.sampling.gaussian import MEAN, PRIOR, SPREAD

SCHEDULE = FlowSchedule(5)
EXAMPLES = {PnPFlow: [Example(lambda: PnPFlow(PRIOR, averages=2, schedule=SCHEDULE), shape=(2, 1, 4, 3))]}


@pytest.mark.parametrize("unit", [1.0, 3.0])
def test_mean_and_variance_of_a_gaussian_follow_their_recursion(unit: float) -> None:
    """Three pixels with priors of their own, each measured alone in a unit of choice."""
    levels, prior, averages, exponent = (2.0, 0.5, 0.1, 0.0), SPREAD.square(), 3, 0.7
    physics = unit * Denoising()
    physics = physics.with_noise(GaussianNoise(0.2 * unit))
    y = torch.full((1, 1, 6000, 3), 0.4 * unit)
    x = PnPFlow(PRIOR, exponent, averages, Levels(levels=levels))(y, physics)[0, 0]
    mean, variance = torch.full((3,), 0.4), torch.zeros(3)
    for sigma in levels[:-1]:
        keep, step = prior / (prior + sigma**2), (sigma / (1 + sigma)) ** exponent
        variance = keep.square() * ((1 - step) ** 2 * variance + sigma**2 / averages)
        mean = MEAN + keep * ((1 - step) * mean + step * 0.4 - MEAN)
    torch.testing.assert_close(x.mean(0), mean, rtol=0, atol=0.004)
    torch.testing.assert_close(x.var(0), variance, rtol=0.08, atol=0)


def test_what_it_cannot_use_is_told() -> None:
    with pytest.raises(ArgumentError, match="`averages`"):
        PnPFlow(PRIOR, averages=0)
    with pytest.raises(CapabilityError, match="take DDNM"):
        PnPFlow(PRIOR)(torch.ones(1, 1, 2, 3), Denoising(NoNoise()))
