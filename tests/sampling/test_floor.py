"""Exact methods reach what two sets of exact samples differ by, as steps or particles grow."""

import pytest
import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage.denoisers import Denoiser
from preimage.physics import Denoising, GaussianNoise
from preimage.sampling import DDIM, Chains, DPMSolver, Heun, PiGDM, PowerSchedule, Sampler, TwistedParticles

Y, LEVEL = 0.4, 1.0


class TwoHeaps(Denoiser):
    """The mean of numbers around two places, of one variance; ``odds`` is the log-odds of the upper one."""

    def __init__(self, places: tuple[float, float], variance: float, odds: float = 0.0) -> None:
        super().__init__()
        self.places = places
        self.variance = variance
        self.odds = odds

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        low, high = self.places
        total = self.variance + per_image(sigma, x).square()
        upper = torch.sigmoid(self.odds + ((x - low).square() - (x - high).square()) / (2 * total))
        mean = low + (high - low) * upper
        return mean + self.variance / total * (x - mean)

    def quantiles(self, count: int) -> Tensor:
        """Numbers that stand for equal shares of the law, rising."""
        grid = torch.linspace(-4, 4, 20_001, dtype=torch.float64)
        upper = torch.tensor(self.odds, dtype=torch.float64).sigmoid()
        low, high = (torch.special.ndtr((grid - place) / self.variance**0.5) for place in self.places)
        shares = (torch.arange(count, dtype=torch.float64) + 0.5) / count
        return grid[torch.searchsorted((1 - upper) * low + upper * high, shares).clamp_max(len(grid) - 1)]

    def distance(self, x: Tensor) -> float:
        """The Wasserstein-1 distance of samples to the law."""
        return float((x.flatten().double().sort().values - self.quantiles(x.numel())).abs().mean())


PRIOR = TwoHeaps((-1.0, 1.0), 0.04)
SHARE = 1 / (1 / 0.04 + 1 / LEVEL**2)
POSTERIOR = TwoHeaps(
    (SHARE * (-1 / 0.04 + Y / LEVEL**2), SHARE * (1 / 0.04 + Y / LEVEL**2)), SHARE, 2 * Y / (0.04 + LEVEL**2)
)
"""Of numbers of the prior seen with noise of ``LEVEL``, given ``Y``."""


def levels(steps: int) -> PowerSchedule:
    return PowerSchedule(steps, 0.0, 1.0, sigma_max=15.0, sigma_min=0.01)


def floor(count: int) -> float:
    """The mean distance of exact samples."""
    law, rng = POSTERIOR.quantiles(100_000), torch.Generator().manual_seed(0)
    return sum(POSTERIOR.distance(law[torch.randint(len(law), (count,), generator=rng)]) for _ in range(20)) / 20


@pytest.mark.parametrize("sampler", [DDIM(1.0), Heun(), DPMSolver()], ids=lambda sampler: type(sampler).__name__)
def test_samplers_with_the_exact_denoiser_reach_the_floor_as_steps_grow(sampler: Sampler) -> None:
    found = []
    for steps in (4, 16, 64):
        chains, schedule = Chains.seeded(0, 1000), levels(steps)
        start = schedule.start(torch.zeros(1000, 1, 1, 1), chains)
        found.append(POSTERIOR.distance(sampler(POSTERIOR, start, schedule.sigmas(), chains)))
    assert found[0] > 5 * found[2]
    assert found[0] > found[1]
    assert found[2] < 1.5 * floor(1000)


def test_particles_reach_the_floor_as_they_grow_where_the_guidance_alone_does_not() -> None:
    """Mean distances of two runs, and that of paths that are guided and not weighed."""
    physics, y = Denoising(GaussianNoise(LEVEL)), torch.full((1, 1, 1, 1), Y)
    found = []
    for count in (4, 64, 1000):
        runs = [TwistedParticles(PRIOR, levels(50), 1.0, count, seed).sample(y, physics).samples for seed in (0, 1)]
        found.append(sum(POSTERIOR.distance(run) for run in runs) / len(runs))
    assert found[0] > found[1] > found[2]
    assert found[2] < 2 * floor(1000)
    chains, guided = Chains.seeded(0, 1000), PiGDM(1.0)(PRIOR, physics, y.expand(1000, 1, 1, 1))
    start = levels(50).start(torch.zeros(1000, 1, 1, 1), chains)
    assert POSTERIOR.distance(DDIM(1.0)(guided, start, levels(50).sigmas(), chains)) > 3 * floor(1000)
