"""How long a training lasts: in steps, in passes over the data, or in hours."""

import json
import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from typing_extensions import override

from preimage.errors import ArgumentError
from preimage.machine import processes
from preimage.training.checkpoint import write_whole

__all__ = ["Budget", "Epochs", "Hours", "TrainingSteps"]


class Budget(ABC):
    """How long a training lasts."""

    @abstractmethod
    def steps(self, images: int, batch: int, plan: Path, seconds_per_step: Callable[[], float]) -> int:
        """The number of steps of ``batch`` out of ``images``.

        Args:
            images: the number of training images.
            batch: images a step.
            plan: a file that keeps what was measured, so that a run goes on with the same number.
            seconds_per_step: measures how long a step takes.
        """


@dataclass(frozen=True)
class TrainingSteps(Budget):
    """So many steps of the optimizers.

    Args:
        number: at least 1.

    Raises:
        ArgumentError: it is less.
    """

    number: int

    def __post_init__(self) -> None:
        _check_positive("number", self.number)

    @override
    def steps(self, images: int, batch: int, plan: Path, seconds_per_step: Callable[[], float]) -> int:
        return self.number


@dataclass(frozen=True)
class Epochs(Budget):
    """So many passes over the training data; the last step may go a little further.

    Args:
        number: > 0.

    Raises:
        ArgumentError: it is not.
    """

    number: float

    def __post_init__(self) -> None:
        _check_positive("number", self.number)

    @override
    def steps(self, images: int, batch: int, plan: Path, seconds_per_step: Callable[[], float]) -> int:
        return max(1, math.ceil(self.number * images / batch))


@dataclass(frozen=True)
class Hours(Budget):
    """As many steps as a few timed ones say that fit; their number is kept, so that a stopped run ends as planned.

    Args:
        number: > 0.

    Raises:
        ArgumentError: it is not, or the folder was planned for another number of hours.
    """

    number: float

    def __post_init__(self) -> None:
        _check_positive("number", self.number)

    @override
    def steps(self, images: int, batch: int, plan: Path, seconds_per_step: Callable[[], float]) -> int:
        kept = processes.from_first(json.loads(plan.read_text(encoding="utf-8")) if plan.exists() else None)
        if kept is None:
            steps = processes.from_first(max(1, int(3600 * self.number / seconds_per_step())))
            kept = {"hours": self.number, "steps": steps}
            if processes.rank() == 0:
                text = json.dumps(kept) + "\n"
                write_whole(plan, lambda beside: beside.write_text(text, encoding="utf-8"))
        if kept["hours"] != self.number:
            raise ArgumentError(
                f"`budget` must be that of the folder, {kept['hours']} hours, got {self.number}; use a new folder."
            )
        return kept["steps"]


def _check_positive(name: str, number: float) -> None:
    if not 0 < number < math.inf:
        raise ArgumentError(f"`{name}` must be positive and finite, got {number}; take another.")
