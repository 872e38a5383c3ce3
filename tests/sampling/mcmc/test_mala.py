import pytest
import torch

from preimage.errors import ArgumentError
from preimage.optim import Tikhonov
from preimage.physics import Denoising, GaussianNoise
from preimage.sampling import MALA, MCMC, ChainPlan
from tests.sampling.mcmc.problem import LEVEL, MEAN, VARIANCE, WEIGHT


def test_its_law_is_exact_also_with_long_steps() -> None:
    """Three pixels that are alike, with steps at which ULA has more than twice the variance."""
    y = torch.ones(1, 1, 1, 3)
    seen = []
    plan = ChainPlan(1500, 1, burn_in=50, chains=1)
    model = MCMC(MALA(1.2 * VARIANCE), Tikhonov(WEIGHT), plan)
    x = model.sample(y, Denoising(GaussianNoise(LEVEL)), lambda step, state: seen.append(state)).samples
    assert float(x.mean()) == pytest.approx(MEAN, abs=0.02)
    assert float(x.var()) == pytest.approx(VARIANCE, rel=0.1)
    assert 0.4 < float((seen[-1].accepted / seen[-1].k).mean()) < 0.95


def test_its_usual_step_is_taken_more_often_than_not() -> None:
    seen = []
    model = MCMC(MALA(), Tikhonov(WEIGHT), ChainPlan(50, 1, burn_in=50, chains=1))
    model.sample(torch.ones(2, 1, 8, 9), Denoising(GaussianNoise(LEVEL)), lambda step, state: seen.append(state))
    assert bool((seen[-1].accepted / seen[-1].k > 0.4).all())


def test_a_step_of_zero_is_told() -> None:
    with pytest.raises(ArgumentError, match="`step_size`"):
        MALA(0.0)
