"""What may be told of a training, and may end it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from torch import nn

__all__ = ["Callback", "EachCheckpoint", "EachStep", "TrainingProgress"]


class Callback:
    """Told of a training by ``fit``; each method does nothing unless it is overridden.

    Where several processes train together, only the first one's callbacks are told; all are asked whether to stop.
    """

    def on_step(self, step: int, loss: float) -> None:
        """``step`` steps are done, the last one with this loss."""

    def on_checkpoint(self, step: int, averaged: nn.Module) -> dict[str, float]:
        """A checkpoint is about to be written; what is returned becomes columns of the log."""
        return {}

    def on_row(self, step: int, row: Mapping[str, float]) -> None:
        """A row has been added to the log."""

    def on_written(self, step: int, averaged: nn.Module) -> None:
        """The checkpoint of ``step`` is there: now written, or found at the start of a session."""

    def state(self) -> dict[str, Any]:
        """What this callback needs to go on after a kill: tensors and numbers, which the checkpoint keeps."""
        return {}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from what :meth:`state` gave."""

    def on_return(self, step: int, returns: int) -> None:
        """After ``step`` steps the kept weights were taken back, for the ``returns``-th time."""

    def stops(self) -> bool:
        """Whether to write a checkpoint and stop."""
        return False


@dataclass(frozen=True)
class EachStep(Callback):
    """Calls a function after each step, to move a progress bar for example.

    Args:
        tell: is given the number of steps done and the last loss.
    """

    tell: Callable[[int, float], None]

    def on_step(self, step: int, loss: float) -> None:
        """Call the function given."""
        self.tell(step, loss)


@dataclass(frozen=True)
class EachCheckpoint(Callback):
    """Measures the averaged weights at each checkpoint, or stores them.

    Args:
        measure: maps the number of steps done and the averaged network to columns of the log.
    """

    measure: Callable[[int, nn.Module], dict[str, float]]

    def on_checkpoint(self, step: int, averaged: nn.Module) -> dict[str, float]:
        """Call the function given."""
        return self.measure(step, averaged)


class TrainingProgress(Callback):
    """Told of the stages of a training, too; each method does nothing unless it is overridden."""

    def planned(self, steps: Mapping[str, int]) -> None:
        """The steps of each stage are known, by the names of the stages."""

    def begins(self, stage: str, steps: int) -> None:
        """A stage begins or goes on; it has so many steps."""

    def ends(self, stage: str, step: int, seconds: float) -> None:
        """A stage has ended, or was stopped, after so many steps and seconds over all sessions."""
