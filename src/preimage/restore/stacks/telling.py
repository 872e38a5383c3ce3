"""What is told of a stack: its noise in the units of its values, and the record of its restoration."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from preimage.files import StoredArray
from preimage.files.stacks.writing import StackWriter, clipping_notes
from preimage.machine.memory import peak_bytes
from preimage.restore.frame.method import Method
from preimage.restore.frame.record import Record
from preimage.restore.frame.settings import Settings
from preimage.restore.frame.task import Task
from preimage.restore.frame.work import Session
from preimage.restore.stacks.job import StackJob
from preimage.restore.stacks.notes import said_once
from preimage.restore.stacks.survey import Survey

__all__ = ["StackRun", "words_of_stack"]


@dataclass(frozen=True)
class StackRun:
    """How a stack is restored, and what was found of it.

    Attributes:
        job: what and where to.
        task, method, settings: how.
        found: its spans and noise.
        session: the method at work.
        device: where it computes.
        threads: how many it uses.
    """

    job: StackJob
    task: Task
    method: Method
    settings: Settings
    found: Survey
    session: Session
    device: torch.device
    threads: int

    def asked(self) -> dict[str, Any]:
        """The settings as they were given."""
        options = {**dataclasses.asdict(self.settings), **self.task.options(), **self.method.options()}
        return {**options, "axes": self.job.axes, "key": self.job.key, "mode": self.job.mode}

    def notes(self, writer: StackWriter, clipped: int) -> tuple[str, ...]:
        """What the user should know, each once, after so many values were clipped."""
        layout, levels = self.job.array.layout, self.found.levels
        notes = [*layout.notes, *(note for level in levels for note in (*level.notes, *self.session.notes(level)))]
        return (*said_once(notes), *writer.notes, *clipping_notes(clipped, writer.layout.dtype))

    def record(
        self, digest: str, steps: str, seconds: float, notes: Sequence[str], block: Sequence[int] = ()
    ) -> Record:
        """The record; ``digest`` is that of the input, ``steps`` says what was done, ``block`` the sizes of blocks."""
        layout, strength = self.job.array.layout, self.settings.strength
        stack: dict[str, Any] = {"axes": layout.axes, "shape": list(layout.shape), "dtype": layout.dtype.name}
        stack |= {"block": list(block)} if block else {}
        resolved: Mapping[str, Any] = {
            **self.task.entries(self.found.levels[0], strength), **self.task.fingerprint(),
            **self.session.entries(self.found.levels),
            "device": str(self.device), "threads": self.threads, "stack": {**stack, **self.found.entry()},
        }  # fmt: skip
        source = {"path": str(self.job.array.path.resolve()), "sha256": digest}
        return Record(
            self.task.name, source, self.asked(), resolved, steps, seconds, peak_bytes(), tuple(notes),
            output=str(self.job.output.resolve()), degradation=words_of_stack(self.job.array, self.found, strength),
        )  # fmt: skip


def words_of_stack(array: StoredArray, found: Survey, strength: float) -> str:
    """The stack and its noise in the units of its values."""
    layout, unit = array.layout, f" {array.layout.value_unit}" if array.layout.value_unit else ""
    size = "x".join(map(str, layout.shape))
    levels = []
    for span, level in zip(found.spans, found.levels, strict=True):
        light = "" if level.light is None else f", of light of {level.light.gain * span.width:.4g} a photon"
        if level.light is not None and level.light.black:
            light += f" above {level.light.black * span.width + span.low:.4g}"
        sigma = level.value * strength * span.width
        levels.append(f"{sigma:.4g}{unit} over {span.low:.4g} to {span.high:.4g} ({level.origin}{light})")
    return f"{layout.axes} {size} of {layout.dtype.name}, noise {', '.join(dict.fromkeys(levels))}"
