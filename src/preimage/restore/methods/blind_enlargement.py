"""Enlargement by one pass of a network that assumes nothing of the picture's history."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor
from typing_extensions import override

from preimage import zoo
from preimage.errors import ArgumentError
from preimage.files.samples.sampling import Sampling
from preimage.machine.memory import format_bytes
from preimage.models import SubpixelUNet
from preimage.reconstructor import Reconstructor
from preimage.restore.frame.level import Level
from preimage.restore.frame.method import Method
from preimage.restore.frame.settings import Settings
from preimage.restore.frame.task import Task
from preimage.restore.frame.work import Forecast, Job, Outcome, Session
from preimage.restore.methods.suited import suited_reconstructor
from preimage.solve import Reason

__all__ = ["BlindEnlargement", "enlarged_by_tiles"]

_WEIGHTS = {2: "sr-blind-x2", 4: "sr-blind-x4"}
# The network sees 91 pixels around each, in cells of eight.
_REACH = 96
_LEAST = 48  # rows and columns: with less, what is beyond the border weighs too much
_TILE = 512
# Measured: Python with torch and the weights, and bytes for each pixel of a tile.
_BASE = 320_000_000
_PER_PIXEL = 1600


@dataclass(frozen=True)
class BlindEnlargement(Method):
    """A network trained on blurred, resized, noisy and compressed pictures, which asks neither kernel nor noise."""

    name: ClassVar[str] = "blind"
    sees_grey: ClassVar[bool] = True

    def check(self, task: Task, settings: Settings) -> None:
        """The network knows two factors, and nothing else is to be chosen.

        Raises:
            ArgumentError: another factor, a kernel, steps, their trace or a noise level is asked for.
        """
        if task.scale() not in _WEIGHTS:
            raise ArgumentError(f"`factor` must be 2 or 4 for {self.name}, got {task.scale()}; or choose usr.")
        asked = {
            "kernel": task.options().get("kernel"), "steps": settings.steps, "trace": settings.trace or None,
            "sigma": None if settings.sigma == "auto" or isinstance(settings.sigma, tuple) else settings.sigma,
        }  # fmt: skip
        for name, value in asked.items():
            if value is not None:
                raise ArgumentError(f"`{name}` must be left out for {self.name}, got {value}; or choose usr.")

    @override
    def level(self, task: Task, pixels: Tensor, sigma: float | None, sampling: Sampling) -> Level:
        """A level of zero: the network asks for none."""
        return Level(0.0, "not asked for")

    @override
    def settled(self, settings: Mapping[str, Any], resolved: Mapping[str, Any], sigma: Any) -> dict[str, Any]:
        """The weights that were used, which is all there is to settle."""
        return {"weights": resolved["weights"]["name"], "steps": None}

    @override
    def begin(self, task: Task, job: Job) -> Session:
        """Load the weights, and see to the memory.

        Raises:
            ArgumentError: the memory is too little, or the weights are of another network.
        """
        name, network = suited_reconstructor(job.settings, SubpixelUNet, _WEIGHTS[task.scale()])
        needed = max(_needed(shape, task.scale()) for shape in job.shapes)
        if job.budget is not None and needed > job.budget:
            raise ArgumentError(
                f"`memory` must be at least {format_bytes(needed)} for {self.name}, got {format_bytes(job.budget)}; "
                "allow more, or crop the picture."
            )
        if job.progress is not None:
            job.progress(0, 1)
        return _Passes(task, job, name, network.to(job.device))


@dataclass(frozen=True)
class _Passes(Session):
    """With the network loaded."""

    task: Task
    job: Job
    weights: str
    network: Reconstructor

    def entries(self, levels: Sequence[Level]) -> Mapping[str, Any]:
        return {"steps": None, "weights": {"name": self.weights, "sha256": zoo.digest_of(self.weights)}}

    def forecast(self) -> Forecast:
        """The memory that is needed."""
        return Forecast(None, max(_needed(shape, self.task.scale()) for shape in self.job.shapes))

    @torch.inference_mode()
    def solve(self, y: Tensor, level: Level) -> Outcome:
        factor, (height, width) = self.task.scale(), y.shape[2:]
        whole, top, left = _with_surroundings(y if y.shape[1] == 3 else y.expand(-1, 3, -1, -1))
        x = enlarged_by_tiles(self.network, whole, factor)
        x = x[:, :, factor * top :, factor * left :][:, :, : factor * height, : factor * width]
        if self.job.progress is not None:
            self.job.progress(1, 1)
        return Outcome(x if y.shape[1] == 3 else x.mean(1, keepdim=True), Reason("one_pass", 1))


def enlarged_by_tiles(network: Callable[[Tensor], Tensor], y: Tensor, factor: int, tile: int = _TILE) -> Tensor:
    """The result of ``network`` on ``y``, in tiles of which each sees all that has an effect on it.

    Raises:
        ArgumentError: the network enlarges by another factor.
    """
    out = y.new_empty(*y.shape[:2], *(factor * size for size in y.shape[2:]))
    for top, above, bottom, below in _spans(y.shape[2], tile):
        for left, before, right, after in _spans(y.shape[3], tile):
            part = network(y[:, :, above:below, before:after])
            if part.shape[2] != factor * (below - above):
                raise ArgumentError(
                    f"`weights` must be for the factor {factor}, got one of {part.shape[2] / (below - above):g}; "
                    f"{_WEIGHTS[factor]} is one."
                )
            rows = slice(factor * (top - above), factor * (bottom - above))
            columns = slice(factor * (left - before), factor * (right - before))
            out[:, :, factor * top : factor * bottom, factor * left : factor * right] = part[:, :, rows, columns]
    return out


def _with_surroundings(y: Tensor) -> tuple[Tensor, int, int]:
    """Small pictures with their mirror images around them, and where they begin in that; others as they are."""
    starts = [max(0, _LEAST - size) // 2 for size in y.shape[2:]]
    for axis, start in zip((2, 3), starts, strict=True):
        size = y.shape[axis]
        at = (torch.arange(max(_LEAST, size), device=y.device) - start) % (2 * size)
        y = y.index_select(axis, torch.where(at < size, at, 2 * size - 1 - at))
    return y, starts[0], starts[1]


def _spans(length: int, tile: int) -> Iterator[tuple[int, int, int, int]]:
    """For each tile its first pixel, the first that it sees, and one past its last, and past the last that it sees."""
    for start in range(0, length, tile):
        stop = min(length, start + tile)
        yield start, max(0, start - _REACH), stop, min(length, stop + _REACH)


def _needed(shape: torch.Size, factor: int) -> int:
    seen = [min(size, _TILE + 2 * _REACH) for size in shape[1:]]
    return _BASE + _PER_PIXEL * seen[0] * seen[1] + 3 * 4 * 2 * factor**2 * shape[1] * shape[2]
