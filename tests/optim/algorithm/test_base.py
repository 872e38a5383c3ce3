import pytest
import torch

from preimage.errors import CapabilityError
from preimage.functional import Proximable, Smooth, Zero
from preimage.optim import GD, HQS, LogSchedule, Tikhonov
from preimage.optim.algorithm.base import State, require_terms, step_from_lipschitz, with_step_size
from tests.doubles import Valueless

X = torch.zeros(2, 1, 2, 3)


def test_the_step_is_one_over_the_sum_of_the_constants() -> None:
    weights = torch.tensor([1.0, 4.0])
    found = step_from_lipschitz(X, GD(), Tikhonov(weights), Tikhonov(3.0))
    torch.testing.assert_close(found, torch.tensor([1 / 4, 1 / 7]))
    assert step_from_lipschitz(X, GD(), Zero()).tolist() == [1.0]
    with pytest.raises(CapabilityError, match=r"`step_size` of GD must be given .* got a Valueless"):
        step_from_lipschitz(X, GD(), Valueless())


def test_a_step_that_is_given_stays() -> None:
    assert with_step_size(GD(step_size=0.3), X, Valueless()).step_size == 0.3


def test_what_a_problem_lacks_is_named() -> None:
    require_terms(GD(), (Tikhonov(1.0), Smooth), (Tikhonov(1.0), Proximable))
    with pytest.raises(CapabilityError, match="the prior must be Smooth for GD, got Valueless"):
        require_terms(GD(), (Tikhonov(1.0), Smooth), (Valueless(), Smooth))


def test_the_step_that_led_to_a_state() -> None:
    schedule = LogSchedule(1.0, 0.01, 3)
    found = [float(HQS(schedule).step_size_at(State(X, k))) for k in (1, 2, 3)]  # pyright: ignore
    assert found == pytest.approx([1.0, 0.1, 0.01])
    mean = GD(step_size=torch.tensor([1.0, 3.0]).reshape(1, 1, 1, 2)).step_size_at(State(X))
    assert mean is not None
    assert mean.tolist() == [2.0]
    assert GD().step_size_at(State(X)) is None


def test_schedules_make_steps_differ() -> None:
    assert HQS(0.1).is_stationary
    assert not HQS(LogSchedule(1.0, 0.01, 3)).is_stationary
