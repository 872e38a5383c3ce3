"""The flow of a Gaussian prior, which is known."""

import torch
from torch import Tensor

from preimage.sampling import Chains, PowerSchedule, Sampler
from tests.sampling.gaussian import MEAN, PRIOR, SPREAD

TOP, BOTTOM = 5.0, 0.05
X = torch.tensor([[3.0, -2.0, 0.5], [0.1, 4.0, -7.0]], dtype=torch.float64).reshape(2, 1, 1, 3)


def error(sampler: Sampler, steps: int) -> float:
    """The largest error where the levels end, above zero."""
    prior = PRIOR.replace(mean=MEAN.double(), spread=SPREAD.double())
    sigmas = PowerSchedule(steps + 1, sigma_max=TOP, sigma_min=BOTTOM).sigmas()[:-1]
    return float((sampler(prior, X, sigmas, Chains.seeded(0, 2)) - exact(BOTTOM)).abs().max())


def exact(sigma: float) -> Tensor:
    """The flow multiplies ``x - mean`` by the ratio of the standard deviations."""
    variance, mean = SPREAD.double().square(), MEAN.double()
    return mean + ((variance + sigma**2) / (variance + TOP**2)).sqrt() * (X - mean)
