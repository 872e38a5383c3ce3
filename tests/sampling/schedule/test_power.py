import pytest
import torch

from preimage.errors import ArgumentError
from preimage.sampling import PowerSchedule


def test_its_levels_are_those_of_the_formula() -> None:
    sigmas = PowerSchedule(3, sigma_max=8.0, sigma_min=1.0, rho=3.0).sigmas()
    torch.testing.assert_close(sigmas, torch.tensor([8.0, 1.5**3, 1.0, 0.0], dtype=torch.float64))


def test_a_single_step_starts_at_the_top() -> None:
    assert PowerSchedule(1, sigma_max=8.0, sigma_min=1.0).sigmas().tolist() == pytest.approx([8.0, 0.0])


def test_wrong_levels_are_told() -> None:
    with pytest.raises(ArgumentError, match="`sigma_max` > `sigma_min` > 0"):
        PowerSchedule(sigma_max=1.0, sigma_min=2.0)
