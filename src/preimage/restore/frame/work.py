"""What the frame of a restoration and the methods in it tell each other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor

from preimage.restore.frame.task import Level, Outcome, Task

__all__ = ["Forecast", "Job", "Method", "Progress", "Settings", "Worker"]

Progress = Callable[[int, int], None]
"""``progress(done, total)``, called before the first and after every step, or tile of every call of a denoiser."""


@dataclass(frozen=True)
class Settings:
    """What is common to all tasks; :func:`preimage.restore.deblur` explains it.

    Attributes:
        sigma: the noise level; one for each picture in a tuple.
        tile: side of the tiles; from ``memory`` where ``None``.
        threads: CPU threads; left as they are where ``None``.
        search: how non-local models look for similar patches, ``light`` or ``paper``.
        bits: of the samples, where files have room for more; found out where ``None``.
    """

    sigma: float | str | tuple[float, ...] = "auto"
    strength: float = 1.0
    steps: int | None = None
    weights: str | None = None
    memory: str | int | None = None
    device: str = "auto"
    seed: int = 0
    trace: bool = False
    tile: int | None = None
    threads: int | None = None
    search: str = "light"
    bits: int | None = None


@dataclass(frozen=True)
class Job:
    """The pictures of one restoration, and how it is to be done.

    Attributes:
        shapes: (C, H, W) of each picture: all have one height and width, and grey bands may follow colours.
        settings: as given.
        given: the noise level that the user gave.
        budget: bytes for the process; ``None`` for any number.
        device: where to compute.
        progress: to be told of what is done.
        rebuild: turns a picture (C, H, W) into the kind that was given.
    """

    shapes: tuple[torch.Size, ...]
    settings: Settings
    given: float | None
    budget: int | None
    device: torch.device
    progress: Progress | None
    rebuild: Callable[[Tensor], Any]

    @property
    def count(self) -> int:
        """Of pictures."""
        return len(self.shapes)


@dataclass(frozen=True)
class Forecast:
    """What a picture will take, about: seconds, where they matter and can be told, and the memory of the process."""

    seconds: float | None = None
    memory: float | None = None


class Worker:
    """A method that has been prepared for the pictures of one job."""

    def resolved(self) -> Mapping[str, Any]:
        """What was decided, for the record, once all pictures are restored; from it a repetition is the same."""
        raise NotImplementedError

    def notes(self, level: Level) -> list[str]:
        """What the user should know where pictures are degraded like that."""
        return []

    def noise(self, level: Level) -> float | None:
        """The standard deviation of the noise that is to be removed; ``None`` where the method does not go by it."""
        return None

    def forecast(self) -> Forecast:
        """What each picture will take; where that is long, a small part of the work is done to find out."""
        return Forecast()

    def solve(self, y: Tensor, level: Level) -> Outcome:
        """Restore ``y`` (1, C, H, W)."""
        raise NotImplementedError


@dataclass(frozen=True)
class Method:
    """How a task is done: the task and a choice of parameters, as yet without a picture.

    Attributes:
        task: what is to be undone.
    """

    task: Task
    sees_grey: ClassVar[bool] = False
    """Whether pictures of three equal channels are done as one channel."""

    def options(self) -> dict[str, Any]:
        """What there is to choose, as JSON, beside the options of the task."""
        return {}

    def begin(self, job: Job) -> Worker:
        """Prepare for the pictures of ``job``.

        Raises:
            ArgumentError: a setting is not for this method, or the memory too little.
        """
        raise NotImplementedError
