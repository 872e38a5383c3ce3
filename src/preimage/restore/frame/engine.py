"""The way from a picture to a restored one, the same for every task and method."""

import dataclasses
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from typing_extensions import Unpack

from preimage.errors import ArgumentError, ShapeError
from preimage.files.limits import check_input
from preimage.machine.device import find_device
from preimage.machine.memory import parse_bytes, peak_bytes
from preimage.machine.threads import use_threads
from preimage.notation import parse_sigma
from preimage.restore.drawing import drawing
from preimage.restore.frame.announce import Announcement, Observer
from preimage.restore.frame.error_picture import lightest
from preimage.restore.frame.guard import guard_picture
from preimage.restore.frame.method import Method
from preimage.restore.frame.pictures import Picture, Reading, open_pictures
from preimage.restore.frame.record import Record
from preimage.restore.frame.room import require_room
from preimage.restore.frame.settings import Options, Settings
from preimage.restore.frame.task import Task
from preimage.restore.frame.work import HalfWidths, Job, Outcome, Progress
from preimage.restore.table import find_method, is_known
from preimage.solve import History, Reason

__all__ = ["Restored", "as_method", "carry_out", "restore"]


@dataclass(frozen=True)
class Restored:
    """A restored picture, and how it was made.

    Attributes:
        image: the picture, of the kind that was given: an array, a tensor, or an :class:`ImageFile` for a path.
        record: everything that made it, so that it can be made again.
        reasons: why the method stopped, one for every picture of a file or batch.
        histories: what happened at each step, one for every picture; none for a single pass.
        error_maps: where they were asked for, within how much of each picture (C, H, W) the truth lies with a
            probability of 90 %, in [0, 1].
        samples: the pictures that were drawn, whose mean is ``image``, each of the kind of ``image``.
    """

    image: Any
    record: Record = field(repr=False)
    reasons: tuple[Reason, ...]
    histories: tuple[History, ...] = field(default=(), repr=False)
    error_maps: tuple[Tensor, ...] = field(default=(), repr=False)
    samples: tuple[Any, ...] = field(default=(), repr=False)


def carry_out(
    image: Picture, task: Task, method: str | Method, progress: Progress | None = None, **options: Unpack[Options]
) -> Restored:
    """Restore ``image`` as the public functions do.

    Args:
        method: a method, or the name of one of those in the table.
        options: see :class:`preimage.restore.Options`.

    Raises:
        ArgumentError: no such method, or an option is out of range or not for it.
        ImageFileError: ``image`` is a file that cannot be restored.
    """
    settings = Settings(**options)
    chosen = as_method(method if settings.samples is None else drawing(method, task.name, settings.samples), task.name)
    chosen.check(task, settings)
    if settings.error_map and not chosen.tells_errors:
        raise ArgumentError(
            f"`error_map` must be left out for {chosen.name}, got it; drunet, dpir and usr tell of errors."
        )
    if settings.sigma != "auto" and not task.takes_sigma:
        raise ArgumentError(f"`sigma` must be left out for {task.name}, got {settings.sigma}; it has no noise level.")
    return restore(image, chosen.form(task), chosen, settings, progress)


def as_method(method: str | Method, task: str) -> Method:
    """``method``, or the one of this name with its usual parameters.

    Raises:
        ArgumentError: the method is not offered for ``task``.
    """
    if isinstance(method, str):
        return find_method(method, task).load(Method)()
    if is_known(method.name):
        find_method(method.name, task)
    return method


def restore(
    image: Picture, task: Task, method: Method, settings: Settings, progress: Progress | None = None
) -> Restored:
    """Restore ``image`` as it is to be done.

    Raises:
        ArgumentError: a setting is out of range, or the memory too little.
        ImageFileError: ``image`` is a file that cannot be restored.
    """
    given = None if isinstance(settings.sigma, tuple) else parse_sigma(settings.sigma)
    _check(settings)
    budget, device, strength = _budget(image, settings), find_device(settings.device), settings.strength
    pictures = open_pictures(image, Reading(task.reads_stored, task.hidden(), settings.bits))
    grey = method.sees_grey and settings.weights is None
    seen = [_without_copies(pixels) if grey else pixels for pixels in pictures.pixels]
    task.check(first := seen[0])
    if pictures.bands and task.makes_colour:
        raise ShapeError(f"`image` must have one band, got {1 + pictures.bands}; write the mosaic alone to a file.")
    shapes = tuple(pixels.shape for pixels in seen)
    restored, levels, reasons, histories, maps, drawn = [], [], [], [], list[HalfWidths](), list[Tensor]()
    notes = [*pictures.notes, *task.notes(first)]
    with use_threads(settings.threads) as threads, torch.no_grad():
        job = Job(shapes, settings, given, budget, device, progress, lambda x: pictures.rebuild([x]))
        session = method.begin(task, job)
        require_room(shapes, budget)
        started = time.perf_counter()
        known = _for_each(settings.sigma, len(shapes)) if isinstance(settings.sigma, tuple) else [given] * len(shapes)
        for samples, sampling, sigma in zip(seen, pictures.samplings, known, strict=True):
            pixels, told = task.repair(samples)
            notes += told
            levels.append(method.level(task, pixels, sigma, sampling))
            notes += [*levels[-1].notes, *session.notes(levels[-1])]
            if isinstance(progress, Observer):
                words = task.describe(levels[-1], strength)
                progress.announced(Announcement(task.name, method.name, _three(pixels.shape), words, session))
            y = pixels[None].to(device)
            outcome = session.solve(y, levels[-1])
            maps += [session.half_widths(y, levels[-1], outcome)] if settings.error_map else []
            x, told = _checked(outcome, y, task, session.noise(levels[-1]), levels[-1].reach)
            notes += told
            restored.append(x[0].cpu())
            reasons.append(outcome.reason)
            histories += [] if outcome.history is None else [outcome.history]
            drawn += [] if outcome.samples is None else [outcome.samples.cpu()]
        seconds = time.perf_counter() - started
    notes += [note for one in maps for note in one.notes]
    widths = _of_channels([one.widths[0].cpu() for one in maps], pictures.pixels)
    resolved = {
        **_gathered([task.entries(level, strength) for level in levels]), **session.entries(levels),
        "device": str(device), "threads": threads, **task.fingerprint(),
        **({"error_map": {**maps[0].entry(), "lightest": lightest(torch.cat(widths))}} if maps else {}),
    }  # fmt: skip
    asked = {**dataclasses.asdict(settings), **task.options(), **method.options()}
    record = Record(
        task.name, pictures.source, asked, resolved, str(reasons[-1]), seconds, peak_bytes(), tuple(notes),
        degradation="; ".join(task.describe(level, strength) for level in levels),
    )  # fmt: skip
    whole = restored if task.makes_colour else _of_channels(restored, pictures.pixels)
    samples = [pictures.rebuild(_of_channels(each, pictures.pixels)) for each in zip(*drawn, strict=True)]
    return Restored(pictures.rebuild(whole), record, tuple(reasons), tuple(histories), tuple(widths), tuple(samples))


def _budget(image: Picture, settings: Settings) -> int | None:
    """The most memory for the process, which reading ``image`` must not exceed; ``None`` for any."""
    if settings.memory is None:
        return None
    budget = parse_bytes(settings.memory)
    if isinstance(image, (str, Path)):
        check_input(Path(image), budget)
    return budget


def _three(shape: torch.Size) -> tuple[int, int, int]:
    return shape[0], shape[1], shape[2]


def _of_channels(images: Sequence[Tensor], like: Sequence[Tensor]) -> list[Tensor]:
    """``images`` (C, H, W), with the single channel of a grey picture that was stored as three written three times."""
    return [image.expand(len(pixels), -1, -1) for image, pixels in zip(images, like, strict=False)]


def _checked(outcome: Outcome, y: Tensor, task: Task, noise: float | None, reach: float) -> tuple[Tensor, list[str]]:
    """The picture as far as ``noise`` explains it, where that is known, and notes."""
    witness = task.witness()
    if witness is None or noise is None:
        return outcome.x, []
    return guard_picture(outcome.x, y, witness.to(y.device), noise, task.share_seen(), outcome.share, reach)


def _without_copies(pixels: Tensor) -> Tensor:
    """One channel of a grey picture that was stored as three: networks for colour take its noise for texture."""
    return pixels[:1] if len(pixels) == 3 and bool((pixels == pixels[:1]).all()) else pixels


def _for_each(sigmas: tuple[float, ...], count: int) -> list[float | None]:
    """The noise levels of ``count`` pictures, one for each."""
    if len(sigmas) != count:
        raise ArgumentError(f"`sigma` must be one for each of {count} pictures, got {len(sigmas)}; give a single one.")
    return [parse_sigma(sigma) for sigma in sigmas]


def _check(settings: Settings) -> None:
    if not 0 < settings.strength <= 100:
        raise ArgumentError(f"`strength` must be over 0 and up to 100, got {settings.strength}; 1 leaves sigma alone.")
    if settings.error_map and settings.strength != 1:
        raise ArgumentError(f"`strength` must be 1 for an error map, got {settings.strength}; leave it out.")
    if settings.steps is not None and settings.steps < 1:
        raise ArgumentError(f"`steps` must be at least 1, got {settings.steps}; leave it out for the published number.")


def _gathered(rows: Sequence[dict[str, float]]) -> dict[str, Any]:
    """The values of one picture, or lists of those of several."""
    return dict(rows[0]) if len(rows) == 1 else {name: [row[name] for row in rows] for name in rows[0]}
