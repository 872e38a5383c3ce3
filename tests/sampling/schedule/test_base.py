import pytest
import torch

from preimage.errors import ArgumentError
from preimage.sampling import Chains, NoiseSchedule, PowerSchedule


def test_a_schedule_has_to_give_levels() -> None:
    with pytest.raises(NotImplementedError):
        NoiseSchedule().sigmas()


def test_the_start_has_the_mean_of_images_and_the_noise_of_the_level() -> None:
    schedule = PowerSchedule(mean=0.5, spread=torch.tensor([0.5, 2.0]), sigma_max=2.0)
    x = schedule.start(torch.empty(2, 1, 100, 200), Chains.seeded(0, 2))
    torch.testing.assert_close(x.mean((1, 2, 3)), torch.tensor([0.5, 0.5]), rtol=0, atol=0.05)
    torch.testing.assert_close(x.std((1, 2, 3)), torch.tensor([4.25, 8.0]).sqrt(), rtol=0.02, atol=0)


def test_numbers_out_of_range_are_told() -> None:
    with pytest.raises(ArgumentError, match="`steps`"):
        NoiseSchedule(0)
    with pytest.raises(ArgumentError, match="`spread`"):
        NoiseSchedule(spread=-1.0)
