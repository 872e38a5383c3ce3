import pytest
import torch

from preimage.errors import ArgumentError
from preimage.sampling import DDIM, Chains, Heun, PowerSchedule
from tests.sampling.gaussian import MEAN, PRIOR, SPREAD, moments
from tests.sampling.sampler.flow import error


def test_it_is_of_second_order() -> None:
    assert 3.5 < error(Heun(), 40) / error(Heun(), 80) < 4.5
    assert error(Heun(), 40) < 0.2 * error(DDIM(0.0), 80)


def test_with_churn_it_draws_from_the_law() -> None:
    like, schedule = torch.empty(8, 1, 500, 3), PowerSchedule(40, sigma_max=20.0, sigma_min=0.001)
    chains = Chains.seeded(0, len(like))
    x = schedule.start(like, chains)
    mean, spread = moments(Heun(0.2, highest=5.0)(PRIOR, x, schedule.sigmas(), chains))
    assert bool(((mean - MEAN).abs() < 4 * SPREAD / 4000**0.5 + 0.001).all())
    torch.testing.assert_close(spread, SPREAD, rtol=0.05, atol=0)


def test_too_much_churn_is_told() -> None:
    with pytest.raises(ArgumentError, match=r"`churn` must be in \[0, 0.414\]"):
        Heun(0.5)
