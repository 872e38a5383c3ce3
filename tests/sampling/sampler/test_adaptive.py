import pytest
import torch

from preimage.errors import ArgumentError
from preimage.sampling import AdaptiveFlow, Chains
from tests.sampling.gaussian import PRIOR
from tests.sampling.sampler.flow import X, error


def test_its_error_follows_the_tolerance_whatever_the_levels() -> None:
    for steps in (1, 5):
        assert error(AdaptiveFlow(1e-3), steps) < 1e-2
        assert error(AdaptiveFlow(1e-6), steps) < 1e-5


def test_an_image_has_its_own_steps() -> None:
    prior, sigmas = PRIOR.replace(mean=PRIOR.mean.double(), spread=PRIOR.spread.double()), torch.tensor([5.0, 0.1, 0.0])
    both = AdaptiveFlow()(prior, X, sigmas, Chains.seeded(0, 2))
    assert torch.equal(AdaptiveFlow()(prior, X[:1], sigmas, Chains.seeded(0, 1)), both[:1])


def test_a_tolerance_of_zero_is_told() -> None:
    with pytest.raises(ArgumentError, match="`tol`"):
        AdaptiveFlow(0.0)
