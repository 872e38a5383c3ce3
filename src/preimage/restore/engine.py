"""The way from a picture to a restored one, the same for every task."""

import dataclasses
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch

from preimage import zoo
from preimage.denoisers import Denoiser
from preimage.errors import ArgumentError
from preimage.restore.memory import parse_bytes, peak_bytes
from preimage.restore.pictures import Picture, open_pictures
from preimage.restore.plan import choose_tile
from preimage.restore.record import Record
from preimage.restore.search import searching
from preimage.restore.sigma import parse_sigma
from preimage.restore.task import Task
from preimage.restore.tiling import TiledDenoiser
from preimage.solve import History

__all__ = ["Progress", "Restored", "Settings", "restore"]

Progress = Callable[[int, int], None]
"""``progress(done, total)``, called before the first and after every tile of every call of the denoiser."""


@dataclass(frozen=True)
class Settings:
    """What is common to all tasks; :func:`preimage.restore.deblur` explains it.

    Attributes:
        tile: side of the tiles; from ``memory`` where ``None``.
        threads: CPU threads; left as they are where ``None``.
        search: how non-local models look for similar patches, ``light`` or ``paper``.
    """

    sigma: float | str = "auto"
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


@dataclass(frozen=True)
class Restored:
    """A restored picture, of the kind that was given (an :class:`ImageFile` for a path), and its record.

    ``histories`` tell what happened at each step: one for every picture of a file or batch, none for a single pass.
    """

    image: Any
    record: Record = field(repr=False)
    histories: tuple[History, ...] = field(default=(), repr=False)


def restore(image: Picture, task: Task, settings: Settings, progress: Progress | None = None) -> Restored:
    """Restore ``image``.

    Raises:
        ArgumentError: a setting is out of range, or the memory too little.
        ImageFileError: ``image`` is a file that cannot be restored.
    """
    given = parse_sigma(settings.sigma)
    _check(settings)
    budget = None if settings.memory is None else parse_bytes(settings.memory)
    device = _device(settings.device)
    pictures = open_pictures(image)
    first = pictures.pixels[0]
    task.check(first)
    name, denoiser = _denoiser(task, settings, first.shape[0], device)
    tile = settings.tile or choose_tile(task, first.shape, denoiser, budget)
    steps = task.default_steps if settings.steps is None else settings.steps
    applied, strength = task.prepared(denoiser), settings.strength
    calls = len(pictures.pixels) * steps * len(TiledDenoiser(applied, tile).grid(*task.canvas(*first.shape[1:])))
    tiled = TiledDenoiser(applied, tile, _counter(progress, calls))
    restored, levels, notes, stopped, histories = [], [], task.notes(first), "", []
    with _threads(settings.threads) as threads, torch.inference_mode():
        started = time.perf_counter()
        for pixels in pictures.pixels:
            levels.append(task.level(pixels, given, pictures.luma_steps))
            level = levels[-1].value * strength
            notes += [*levels[-1].notes, *task.range_notes(denoiser, level)]
            outcome = task.solve(pixels[None].to(device), tiled, level, steps, settings.trace)
            restored.append(outcome.x[0].cpu())
            stopped = outcome.stopped
            histories += [] if outcome.history is None else [outcome.history]
        seconds = time.perf_counter() - started
    resolved = {
        **_gathered([task.resolved(level, strength) for level in levels]),
        "steps": steps, "tile": tile, "device": str(device), "threads": threads,
        "weights": {"name": name, "sha256": zoo.describe(name).sha256}, **task.fingerprint(),
    }  # fmt: skip
    record = Record(
        task.name, pictures.source, {**dataclasses.asdict(settings), **task.options()}, resolved, stopped, seconds,
        peak_bytes(), tuple(notes), degradation="; ".join(task.describe(level, strength) for level in levels),
    )  # fmt: skip
    return Restored(pictures.rebuild(restored), record, tuple(histories))


def _check(settings: Settings) -> None:
    if not 0 < settings.strength <= 100:
        raise ArgumentError(f"`strength` must be over 0 and up to 100, got {settings.strength}; 1 leaves sigma alone.")
    if settings.steps is not None and settings.steps < 1:
        raise ArgumentError(f"`steps` must be at least 1, got {settings.steps}; leave it out for the published number.")


def _device(name: str) -> torch.device:
    """``auto`` is the GPU where there is one."""
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        return torch.device("cuda" if there["cuda"] else "mps" if there["mps"] else "cpu")
    if name not in there:
        raise ArgumentError(
            f"`device` must be auto, cpu, cuda or mps, got {name!r}; auto takes a GPU where there is one."
        )
    if not there[name]:
        raise ArgumentError(f"`device` must be one of this machine, got {name!r}, which it lacks; use auto.")
    return torch.device(name)


def _denoiser(task: Task, settings: Settings, given: int, device: torch.device) -> tuple[str, Denoiser]:
    channels = task.channels(given)
    usual = task.weights(channels)
    name = usual if settings.weights is None else settings.weights
    denoiser = zoo.load(name).to(device)
    if denoiser.channels not in (None, channels):
        raise ArgumentError(
            f"`weights` must be for {channels} channels, got {name!r} for {denoiser.channels}; {usual} is one."
        )
    return name, searching(denoiser, settings.search)


def _gathered(rows: Sequence[dict[str, float]]) -> dict[str, Any]:
    """The values of one picture, or lists of those of several."""
    return dict(rows[0]) if len(rows) == 1 else {name: [row[name] for row in rows] for name in rows[0]}


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


@contextmanager
def _threads(wanted: int | None) -> Iterator[int]:
    """Run with ``wanted`` CPU threads, because sums in another order are rounded otherwise."""
    before = torch.get_num_threads()
    torch.set_num_threads(before if wanted is None else wanted)
    try:
        yield torch.get_num_threads()
    finally:
        torch.set_num_threads(before)
