from pathlib import Path

import pytest

from preimage.errors import ArgumentError
from preimage.training import Epochs, Hours, TrainingSteps


def never() -> float:
    raise AssertionError


def test_numbers_of_steps(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    assert TrainingSteps(7).steps(100, 8, plan, never) == 7
    assert Epochs(2).steps(100, 8, plan, never) == 25
    assert Epochs(0.01).steps(100, 8, plan, never) == 1
    assert not plan.exists()


def test_hours_are_measured_once(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    assert Hours(0.5).steps(100, 8, plan, lambda: 2.0) == 900
    assert Hours(0.5).steps(100, 8, plan, never) == 900
    with pytest.raises(ArgumentError, match=r"`budget` must be that of the folder, 0.5 hours, got 1"):
        Hours(1).steps(100, 8, plan, never)


@pytest.mark.parametrize("kind", [TrainingSteps, Epochs, Hours])
def test_they_are_positive(kind) -> None:
    with pytest.raises(ArgumentError, match="must be positive"):
        kind(0)
