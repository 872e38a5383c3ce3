"""Gaussian targets, of which chains are known."""

import torch
from torch import Tensor

from preimage.optim import Tikhonov
from preimage.physics import Denoising, GaussianNoise
from preimage.sampling import MCMC, ChainPlan, MarkovKernel, Posterior

Y = torch.tensor([1.0, -2.0]).reshape(2, 1, 1, 1).expand(2, 1, 40, 50).contiguous()
LEVEL, WEIGHT = 0.5, 12.0
VARIANCE = 1 / (1 / LEVEL**2 + WEIGHT)  # of the posterior, whose mean is VARIANCE * y / LEVEL^2
MEAN = VARIANCE / LEVEL**2


def run(
    kernel: MarkovKernel,
    samples: int = 60,
    thinning: int = 1,
    prior: torch.nn.Module | None = None,
    burn_in: int = 40,
) -> Posterior:
    """Two chains, of as many pixels that are alike and independent as ``Y`` has."""
    plan = ChainPlan(samples, thinning, burn_in)
    model = MCMC(kernel, Tikhonov(WEIGHT) if prior is None else prior, plan)
    return model.sample(Y, Denoising(GaussianNoise(LEVEL)))


def moments(posterior: Posterior) -> tuple[Tensor, Tensor]:
    """The mean of each image over pixels and samples, and the variance of all."""
    x = posterior.samples
    means = x.mean((1, 2, 3, 4))
    return means, (x - means.reshape(2, 1, 1, 1, 1)).square().mean()
