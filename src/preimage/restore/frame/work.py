"""The work on the pictures of one restoration: what is known of it, and who does it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import torch
from torch import Tensor

from preimage.blocks import BlockSource, Workspace
from preimage.blocks.views import SeenSource
from preimage.errors import ArgumentError
from preimage.physics.blur import Limits
from preimage.restore.frame.level import Level
from preimage.restore.frame.settings import Settings
from preimage.solve import History, Reason

__all__ = ["BlockSolver", "Forecast", "HalfWidths", "Job", "Outcome", "Progress", "Session"]

Progress = Callable[[int, int], None]
"""``progress(done, total)``, called before the first and after every step, or tile of every call of a denoiser."""


@dataclass(frozen=True)
class Outcome:
    """A restored picture (1, C, H, W), why the method stopped, and what happened at each step (``None``: no steps).

    Attributes:
        share: how much of what the denoiser changed ``x`` holds, in [0, 1].
        samples: (S, C, H, W), where ``x`` is the mean of so many pictures that were drawn.
    """

    x: Tensor
    reason: Reason
    history: History | None = None
    share: float = 1.0
    samples: Tensor | None = None


@dataclass(frozen=True)
class HalfWidths:
    """Within how much of a restored picture the truth lies, and how that was found.

    Attributes:
        widths: (1, C, H, W), in [0, 1].
        factor: what the expected errors were multiplied by.
        share: the share of the pixels for which it holds.
        probes: how often the picture was restored again.
        notes: what the user should know.
        measured: the share that it held for on pictures that had no part in its calibration, by test set.
    """

    widths: Tensor
    factor: float
    share: float
    probes: int
    notes: tuple[str, ...] = ()
    measured: Mapping[str, float] = field(default_factory=dict)

    def entry(self) -> dict[str, Any]:
        """What the record says of it."""
        told = {"measured": dict(self.measured)} if self.measured else {}
        return {"share": self.share, "factor": self.factor, "probes": self.probes, **told}


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
        """The number of pictures."""
        return len(self.shapes)


@dataclass(frozen=True)
class Forecast:
    """What a picture will take, about: seconds, where they matter and can be told, and the memory of the process."""

    seconds: float | None = None
    memory: float | None = None


class BlockSolver(Protocol):
    """Restores a picture that is larger than memory, in arrays on disk: every step on all of it before the next."""

    def sizes(self, room: float) -> tuple[int, ...]:
        """How arrays are cut, so that ``room`` bytes are enough for the work.

        Raises:
            ArgumentError: nothing is.
        """
        ...

    def expected(self, sizes: Sequence[int]) -> int:
        """How many blocks are computed, about."""
        ...

    def solve(
        self, work: Workspace, y: Sequence[BlockSource], sizes: Sequence[int], later: int = 0
    ) -> tuple[SeenSource, ...]:
        """Where the restored picture lies in arrays of ``work``.

        It is that of :meth:`Session.solve` but for what the limits of samples cut off.

        Args:
            work: where.
            y: the channels of the picture.
            sizes: how arrays are cut.
            later: the blocks that others compute after it.
        """
        ...


class Session:
    """A method that has been prepared for the pictures of one job."""

    def entries(self, levels: Sequence[Level]) -> Mapping[str, Any]:
        """What was decided, for the record, once all pictures are restored; from it a repetition is the same.

        Args:
            levels: how degraded each picture was.
        """
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

    def least_memory(self) -> int | None:
        """The bytes of the process for which no picture is refused; ``None`` where nobody knows."""
        return None

    def in_blocks(self, shape: tuple[int, int, int], level: Level, limits: Limits) -> BlockSolver | None:
        """What restores pictures (C, H, W) whose samples are clipped at ``limits``, and which no memory holds.

        ``None`` where nothing does.
        """
        return None

    def solve(self, y: Tensor, level: Level) -> Outcome:
        """Restore ``y`` (1, C, H, W)."""
        raise NotImplementedError

    def half_widths(self, y: Tensor, level: Level, outcome: Outcome) -> HalfWidths:
        """Within how much of the picture of ``outcome``, restored from ``y``, the truth lies.

        Raises:
            ArgumentError: nobody knows.
        """
        raise ArgumentError("`error_map` must be left out, got it; nobody knows the errors of this method.")
