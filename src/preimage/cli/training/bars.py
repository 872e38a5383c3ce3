"""What the command line shows of a training, and how Ctrl-C ends it."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from threading import Event
from types import FrameType, TracebackType

from typing_extensions import Self, override

from preimage._worker import Worker
from preimage.cli.interrupts import answering
from preimage.cli.output import complain, say
from preimage.cli.progress import bar
from preimage.machine import processes
from preimage.training.callbacks import TrainingProgress

__all__ = ["Bars"]


class Bars(TrainingProgress, Worker):
    """A bar for every stage, and a line when it ends.

    While a stage runs, the first Ctrl-C (or SIGTERM) asks for a checkpoint and an end; the second one, or one at
    another time, interrupts at once.
    """

    def __init__(self) -> None:
        self.rest = ExitStack()  # what is to be put back at the end
        self.bars = ExitStack()
        self.running = Event()
        self.stopping = Event()
        self.stages: list[tuple[str, int]] = []
        self.moves: list[Callable[[int, int], None]] = []

    def __enter__(self) -> Self:
        self.rest.enter_context(answering(self._interrupted))
        self.rest.push(self.bars)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.rest.close()

    @override
    def planned(self, steps: Mapping[str, int]) -> None:
        self.say("plan: " + ", ".join(f"{name} {count} steps" for name, count in steps.items()))

    @override
    def begins(self, stage: str, steps: int) -> None:
        self.stages.append((stage, steps))
        if processes.rank() == 0:
            self.moves.append(self.bars.enter_context(bar(stage)))
        self.running.set()

    @override
    def on_step(self, step: int, loss: float) -> None:
        self.moves[-1](step, self.stages[-1][1])  # only the first process is told of steps, and has bars

    def on_return(self, step: int, returns: int) -> None:
        """Say that the training had got worse."""
        self.say(f"{self.stages[-1][0]}: worse at step {step}; back to the weights kept, with smaller rates")

    def ends(self, stage: str, step: int, seconds: float) -> None:
        """Take the bar away and print a line."""
        self.running.clear()
        self.bars.close()
        self.say(f"{stage}: {step} of {self.stages[-1][1]} steps in {seconds:.0f} s")

    def stops(self) -> bool:
        """Whether Ctrl-C was pressed."""
        return self.stopping.is_set()

    def say(self, text: str) -> None:
        """Print a line, in one process only."""
        if processes.rank() == 0:
            say(text)

    def complain(self, text: str) -> None:
        """Print a line on standard error, in one process only."""
        if processes.rank() == 0:
            complain(text)

    def _interrupted(self, number: int, frame: FrameType | None) -> None:
        if self.stopping.is_set() or not self.running.is_set():
            raise KeyboardInterrupt
        self.stopping.set()
