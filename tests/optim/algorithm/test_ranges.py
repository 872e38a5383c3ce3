import math

import pytest
import torch

from preimage.errors import ArgumentError
from preimage.optim import LogSchedule
from preimage.optim.algorithm.ranges import check_fields, check_step


@pytest.mark.parametrize("value", [None, 0.1, torch.ones(2), LogSchedule(1.0, 0.1, 3), (0.1, torch.ones(1), None)])
def test_steps_in_range(value: object) -> None:
    check_step("step_size", value)


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf, torch.tensor([1.0, 0.0]), (0.1, -1.0)])
def test_steps_out_of_range(value: object) -> None:
    with pytest.raises(ArgumentError, match="`step_size` must be positive"):
        check_step("step_size", value)


def test_a_step_that_is_not_finite_is_the_failure_of_its_own_sample() -> None:
    check_step("step_size", torch.tensor([0.1, math.inf, math.nan]))


def test_relaxations() -> None:
    check_fields({"relaxation": 1.9})
    check_fields({"relaxation": torch.tensor(2.5)})  # may have been learned
    for value in (0.0, 2.0, math.nan):
        with pytest.raises(ArgumentError, match=r"`relaxation` must be in \(0, 2\)"):
            check_fields({"relaxation": value})
    with pytest.raises(ArgumentError, match="`relaxation` must be positive"):
        check_fields({"relaxation": torch.tensor([0.5, -1.0])})


def test_fields_are_told_by_their_names() -> None:
    check_fields({"step_size": None, "data_step_size": 0.1, "relaxation": 1.0, "seed": -1})
    with pytest.raises(ArgumentError, match="`data_step_size` must be positive, got 0"):
        check_fields({"step_size": None, "data_step_size": 0})
