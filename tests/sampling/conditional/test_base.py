import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics import Denoising
from preimage.sampling import DDNM, ConditionalSampler, PowerSchedule
from tests.sampling.gaussian import PRIOR


def test_a_sampler_has_to_say_what_it_does() -> None:
    with pytest.raises(NotImplementedError):
        ConditionalSampler(PRIOR).sample(torch.zeros(1, 1, 1, 3), Denoising())


def test_more_samples_leave_the_first_as_they_are() -> None:
    y, schedule = torch.zeros(1, 1, 2, 3), PowerSchedule(3)
    few, many = (DDNM(PRIOR, schedule=schedule, samples=n).sample(y, Denoising()).samples for n in (1, 2))
    assert torch.equal(few, many[:, :1])


def test_no_samples_are_refused() -> None:
    with pytest.raises(ArgumentError, match="`samples`"):
        ConditionalSampler(PRIOR, samples=0)
