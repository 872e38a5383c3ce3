from itertools import pairwise

import pytest
import torch

from preimage.errors import ArgumentError
from preimage.sampling import DDIM, Chains, PowerSchedule
from tests.sampling.gaussian import MEAN, PRIOR, SPREAD, moments


@pytest.mark.parametrize("eta", [0.0, 0.5, 1.0])
def test_a_gaussian_stays_one_of_known_spread(eta: float) -> None:
    """Of a Gaussian each step is linear, ``x - mean <- a (x - mean) + s n``, so that its variance is a recursion."""
    like, schedule = torch.empty(8, 1, 500, 3), PowerSchedule(100, sigma_max=20.0, sigma_min=0.001)
    chains = Chains.seeded(0, len(like))
    variance = 20.0**2 + schedule.spread**2
    for sigma, to in pairwise(schedule.sigmas()):
        fresh = eta * to * (1 - (to / sigma) ** 2).sqrt()
        kept = SPREAD.double() ** 2 / (SPREAD.double() ** 2 + sigma**2)
        variance = (kept + (to**2 - fresh**2).sqrt() / sigma * (1 - kept)) ** 2 * variance + fresh**2
    mean, spread = moments(DDIM(eta)(PRIOR, schedule.start(like, chains), schedule.sigmas(), chains))
    assert bool(((mean - MEAN).abs() < 4 * SPREAD / 4000**0.5 + 0.003).all())
    torch.testing.assert_close(spread.double(), variance.sqrt(), rtol=0.04, atol=0)


def test_without_fresh_noise_it_follows_the_flow() -> None:
    """The flow of a Gaussian multiplies ``x - mean`` by the ratio of the standard deviations."""
    x = torch.tensor([3.0, -2.0, 0.5], dtype=torch.float64).reshape(1, 1, 1, 3)
    prior, chains = PRIOR.double(), Chains.seeded(0, 1)
    found = DDIM(0.0)(prior, x, PowerSchedule(4000, sigma_max=5.0, sigma_min=1e-4).sigmas(), chains)
    ratio = SPREAD.double() / (SPREAD.double().square() + 25).sqrt()
    torch.testing.assert_close(found, MEAN + ratio * (x - MEAN), rtol=2e-3, atol=2e-4)
    PRIOR.float()


def test_eta_out_of_range_is_told() -> None:
    with pytest.raises(ArgumentError, match=r"`eta` must be in \[0, 1\]"):
        DDIM(1.5)
