import pytest

from preimage.errors import ArgumentError
from preimage.loss import Ramp


def test_it_is_constant_outside_and_straight_inside() -> None:
    assert [Ramp(2.0, 20.0, 10, 20).at(step) for step in (0, 10, 15, 20, 30)] == [2, 2, 11, 20, 20]


def test_steps_out_of_order_are_told() -> None:
    with pytest.raises(ArgumentError, match="0 <= begin < end"):
        Ramp(0.0, 1.0, 5, 5)
