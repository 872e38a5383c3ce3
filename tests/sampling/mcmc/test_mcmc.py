import pytest
import torch

from preimage.errors import ArgumentError
from preimage.optim import Tikhonov
from preimage.physics import Denoising, GaussianNoise
from preimage.sampling import MCMC, ULA, ChainPlan
from tests.example import Example

EXAMPLES = {MCMC: [Example(lambda: MCMC(ULA(0.001), Tikhonov(1.0), ChainPlan(3, 2, 1)))]}


def test_what_is_kept_is_told_by_the_plan() -> None:
    seen = []
    model = MCMC(ULA(), Tikhonov(1.0), ChainPlan(samples=4, thinning=3, burn_in=5, chains=2))
    posterior = model.sample(
        torch.ones(2, 1, 3, 3), Denoising(GaussianNoise(0.1)), lambda step, state: seen.append(state)
    )
    assert posterior.samples.shape == (2, 8, 1, 3, 3)
    assert posterior.by_chain().shape == (2, 2, 4, 1, 3, 3)
    assert len(seen) == 2 * (5 + 12)
    assert torch.equal(posterior.samples[:, 0], seen[7].x)
    assert not torch.equal(posterior.samples[:, 0], posterior.samples[:, 4])


def test_a_plan_of_nothing_is_told() -> None:
    with pytest.raises(ArgumentError, match="`samples`"):
        ChainPlan(0)
