"""Tasks done by a denoiser of the zoo, on tiles that fit in memory."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from preimage import zoo
from preimage.denoisers import Denoiser
from preimage.errors import ArgumentError
from preimage.restore.plan import choose_tile, expected_bytes
from preimage.restore.search import searching
from preimage.restore.task import DenoiserTask, Level, Outcome
from preimage.restore.tiling import TiledDenoiser
from preimage.restore.work import Forecast, Job, Method, Progress, Settings, Worker

__all__ = ["ByDenoiser"]

# Sides of the tiles by which the time is told, and how many of them make two calls worth their time.
_PROBES = ((128, 40), (64, 16))


@dataclass(frozen=True)
class ByDenoiser(Method):
    """By the weights that suit the task, or those that the user names."""

    task: DenoiserTask

    def begin(self, job: Job) -> Worker:
        """Load the weights and choose the tiles."""
        task, settings, shape = self.task, job.settings, job.shape
        name, denoiser = _denoiser(task, settings, shape[0], job.device)
        tile = settings.tile or choose_tile(task, shape, denoiser, job.budget)
        steps = task.default_steps if settings.steps is None else settings.steps
        applied = task.prepared(denoiser)
        calls = job.count * steps * len(TiledDenoiser(applied, tile).grid(*task.canvas(*shape[1:])))
        tiled = TiledDenoiser(applied, tile, _counter(job.progress, calls))
        return _Denoising(task, settings, name, denoiser, tiled, steps, job)


@dataclass(frozen=True)
class _Denoising(Worker):
    """With everything chosen."""

    task: DenoiserTask
    settings: Settings
    name: str
    denoiser: Denoiser
    tiled: TiledDenoiser
    steps: int
    job: Job

    def resolved(self) -> Mapping[str, Any]:
        """The steps, the tiles, and the weights."""
        weights = {"name": self.name, "sha256": zoo.describe(self.name).sha256}
        return {"steps": self.steps, "tile": self.tiled.tile, "weights": weights}

    def notes(self, level: Level) -> list[str]:
        """Where the denoiser was not trained for the level."""
        return self.task.range_notes(self.denoiser, level.value * self.settings.strength)

    def noise(self, level: Level) -> float | None:
        """What the denoiser is told at last."""
        return level.value * self.settings.strength

    def forecast(self) -> Forecast:
        """Memory as planned; time at the rate of two calls on a small tile, where that is little of the work."""
        shape = self.job.shape
        grid = self.tiled.grid(*self.task.canvas(*shape[1:]))
        pixels = self.steps * sum((a.stop - a.start) * (b.stop - b.start) for a, b in grid)
        memory = expected_bytes(self.task, shape, self.denoiser, self.tiled.tile)
        side = next((side for side, worth in _PROBES if pixels >= worth * side**2), None)
        if side is None:
            return Forecast(None, memory)
        ramp = torch.linspace(0, 1, side, device=self.job.device)
        probe = ramp.expand(1, self.task.channels(shape[0]), side, side).contiguous()
        return Forecast(pixels / side**2 * min(_seconds(self.tiled.denoiser, probe) for _ in range(2)), memory)

    @torch.inference_mode()
    def solve(self, y: Tensor, level: Level) -> Outcome:
        """As the task does it."""
        strong = level.value * self.settings.strength
        return self.task.solve(y, self.tiled, strong, self.steps, self.settings.trace)


@torch.inference_mode()
def _seconds(denoiser: Denoiser, probe: Tensor) -> float:
    started = time.perf_counter()
    denoiser(probe, sum(denoiser.sigma_range) / 2).cpu()
    return time.perf_counter() - started


def _denoiser(task: DenoiserTask, settings: Settings, given: int, device: torch.device) -> tuple[str, Denoiser]:
    channels = task.channels(given)
    usual = task.weights(channels)
    name = usual if settings.weights is None else settings.weights
    denoiser = zoo.load(name).to(device)
    if denoiser.channels not in (None, channels):
        raise ArgumentError(
            f"`weights` must be for {channels} channels, got {name!r} for {denoiser.channels}; {usual} is one."
        )
    return name, searching(denoiser, settings.search)


def _counter(progress: Progress | None, total: int) -> Callable[[], None] | None:
    if progress is None:
        return None
    progress(0, total)
    done = 0

    def count() -> None:
        nonlocal done
        done += 1
        progress(done, total)

    return count
