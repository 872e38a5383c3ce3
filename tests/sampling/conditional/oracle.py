"""A prior that knows the image, so that all that is left of a sample is its noise."""

from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.physics import Decolorize, GaussianNoise, LinearPhysics
from preimage.sampling import ConditionalSampler, NoiseSchedule
from tests.sampling.gaussian import GaussianDenoiser

WEIGHTS = torch.tensor([1.0, 0.5, -0.3])
DIRECTION = WEIGHTS / WEIGHTS.norm()
TRUTH = torch.tensor([0.2, 0.5, 0.9]).reshape(1, 3, 1, 1)
ORACLE = GaussianDenoiser(TRUTH, torch.tensor(0.0))
ROOT = float(WEIGHTS.norm())  # the singular value that is not zero


@dataclass(frozen=True)
class Levels(NoiseSchedule):
    """Levels of choice, from a start around ``TRUTH``."""

    levels: tuple[float, ...] = (0.5, 0.2)
    mean: float | Tensor = TRUTH
    spread: float | Tensor = 0.0

    def sigmas(self) -> Tensor:
        return torch.tensor(self.levels, dtype=torch.float64)


def weighted_sum(error: float, unit: float = 1.0) -> LinearPhysics:
    """One sum of three channels, that tells its coefficient with an error of this standard deviation."""
    return Decolorize(unit * WEIGHTS, GaussianNoise(unit * error * ROOT))


def noise_of(sampler: ConditionalSampler, physics: LinearPhysics) -> tuple[Tensor, Tensor]:
    """The noise of a sample, and that of the measured coefficient: (3, n) and (n,)."""
    truth = TRUTH.expand(1, 3, 120, 100)
    y = physics(truth, rng=torch.Generator().manual_seed(1))
    found = sampler.sample(y, physics).samples[0, 0] - truth[0]
    return found.flatten(1), (y - physics.A(truth)).flatten() / ROOT
