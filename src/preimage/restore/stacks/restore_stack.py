"""A stack or volume restored from file to file, plane by plane, in memory of a few planes."""

import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from typing_extensions import Unpack

from preimage.errors import ArgumentError
from preimage.files import StoredArray, open_lazily
from preimage.files.atomic import replacing_together
from preimage.files.digest import path_sha256
from preimage.files.stacks.stored import with_axes
from preimage.files.stacks.writing import clipping_notes, stack_format_of, writing_stack
from preimage.machine.device import find_device
from preimage.machine.memory import parse_bytes, peak_bytes
from preimage.machine.threads import use_threads
from preimage.notation import parse_sigma
from preimage.restore.frame.engine import as_method
from preimage.restore.frame.method import Method
from preimage.restore.frame.record import Record
from preimage.restore.frame.settings import Options, Settings
from preimage.restore.frame.task import Task
from preimage.restore.frame.work import Job, Progress
from preimage.restore.stacks.survey import Survey, pictures_of, survey_stack
from preimage.restore.stacks.volumes import check_mode
from preimage.restore.stacks.work import StackWork
from preimage.restore.table import is_fit
from preimage.restore.tasks.denoise import Denoise

_PASSES = {
    "planes": "one pass for each plane",
    "volume": "one pass for each plane of each direction",
    "time": "one pass for each plane of each direction",
}

__all__ = ["StackJob", "carry_out_stack", "check_stack", "record_beside", "restore_stack", "words_of_stack"]


@dataclass(frozen=True)
class StackJob:
    """A stack that is to be restored.

    Attributes:
        array: what is in the file.
        key: the name of the array that was asked for.
        axes: its axes as they were given.
        output: where the result goes.
        overwrite: whether that may be there.
        mode: ``planes``, ``volume`` or ``time``.
        survey: what was found of it before; ``None``: it is looked at.
        told: is told, before the work, what is known of the stack and its noise.
    """

    array: StoredArray
    key: str | None
    axes: str | None
    output: Path
    overwrite: bool = False
    mode: str = "planes"
    survey: Survey | None = None
    told: Callable[[str], None] | None = None


def restore_stack(
    source: Path | str | StoredArray,
    output: Path | str,
    *,
    noise: str = "auto",
    method: str | Method = "drunet",
    axes: str | None = None,
    mode: Literal["planes", "volume", "time"] = "planes",
    overwrite: bool = False,
    progress: Progress | None = None,
    **options: Unpack[Options],
) -> Record:
    """Remove the noise of a stack or volume in a file, and write it with its record beside.

    Values keep their unit and type, and the file its axes and their spacing. For the denoiser each channel is mapped to
    about [0, 1] by its values but one in a thousand at either end; what lies outside is not cut off, and the change is
    added to the values as they are. The noise level is one for each channel of the stack. Memory is that of a few
    planes, or of a few volumes where ``mode`` is not ``planes``.

    Args:
        source: a file or folder that :func:`preimage.files.open_lazily` reads, or what it gives: of a file that holds
            several arrays, ``open_lazily(path, key)``.
        output: the file to write; its suffix tells the format.
        noise: ``auto``, ``gaussian`` or ``poisson:GAIN``, see :func:`preimage.restore.denoise`.
        method: ``drunet`` or ``groupsc``.
        axes: letters for the axes, like ``TZCYX``.
        mode: ``planes``: each on its own; ``volume``: neighbours along Z are used, too; ``time``: those along T. See
            :func:`preimage.restore.stacks.directions.denoise_directions`; it takes four to seven times as long.
        overwrite: whether to replace what is there.
        progress: ``progress(done, total)``, called after every plane.
        options: those of :class:`preimage.restore.Options`; ``sigma`` is in spans of the values.

    Returns:
        The record, as it is written beside the output.

    Raises:
        ImageFileError: a file cannot be read or written.
        ArgumentError: an option is out of range, or not for stacks.
    """
    task, settings, chosen = Denoise(noise), Settings(**options), as_method(method, "denoise")
    array = with_axes(source, axes) if isinstance(source, StoredArray) else open_lazily(source, None, axes)
    key = source.name or None if isinstance(source, StoredArray) else None
    return carry_out_stack(StackJob(array, key, axes, Path(output), overwrite, mode), task, chosen, settings, progress)


def check_stack(job: StackJob, method: Method, settings: Settings) -> None:
    """Refuse what is not for stacks.

    Raises:
        ArgumentError: the method fits each picture anew, steps are to be traced, an error map is asked for, or the
            array is the mosaic of a camera.
        ImageFileError: the output cannot hold the stack.
    """
    if is_fit(method.name) or settings.trace or settings.error_map or settings.bits is not None:
        raise ArgumentError("`method` must be drunet or groupsc for stacks, without trace, error map or bits.")
    if job.array.dtype.kind not in "fiub":
        raise ArgumentError(f"`input` must hold real numbers, got {job.array.dtype}; restore the parts of them.")
    if len(job.array.layout.plane_shape) < 2 or 0 in job.array.shape:
        raise ArgumentError(f"`input` must have rows and columns, got shape {job.array.shape}; name another array.")
    if {"pattern", "black"} <= job.array.layout.metadata.keys():
        raise ArgumentError(
            "`input` must be an image or a stack, got the mosaic of a camera, whose neighbours are of other colours; "
            "preimage.restore.restore_raw takes it, without axes, key or mode."
        )
    check_mode(job.array.layout, job.mode, None if settings.memory is None else parse_bytes(settings.memory))
    stack_format_of(job.output, job.array.layout)


def record_beside(output: Path) -> Path:
    """The record of a stack: ``w.json`` for ``w.nii.gz``."""
    return output.with_name(f"{output.name.split('.')[0] or output.stem}.json")


def carry_out_stack(
    job: StackJob, task: Task, method: Method, settings: Settings, progress: Progress | None = None
) -> Record:
    """Restore a stack as it is to be done; see :func:`restore_stack`.

    Raises:
        ImageFileError: a file cannot be read or written.
        ArgumentError: a setting is out of range, or not for stacks.
    """
    check_stack(job, method, settings)
    method.check(task, settings)
    array, layout, output = job.array, job.array.layout, job.output
    given = None if isinstance(settings.sigma, tuple) else parse_sigma(settings.sigma)
    device = find_device(settings.device)
    budget = None if settings.memory is None else parse_bytes(settings.memory)
    record_path, folders = record_beside(output), [output] if stack_format_of(output)[1].makes_folder else []
    source = {"path": str(array.path.resolve()), "sha256": path_sha256(array.path)}
    with replacing_together([record_path, output], job.overwrite, folders) as staged:
        with use_threads(settings.threads) as threads, torch.no_grad():
            started = time.perf_counter()
            found = survey_stack(array, task, method, given) if job.survey is None else job.survey
            if job.told is not None:
                job.told(words_of_stack(array, found, settings.strength))
            shapes = tuple(dict.fromkeys(part.shape for part in pictures_of(found.spans[0].pixels(_first(array)))))
            session = method.begin(task, Job(shapes, settings, given, budget, device, None, lambda x: x))
            with writing_stack(staged[1], layout) as writer:
                work = StackWork(array, found, session, device, progress)
                clipped = work.planes(writer) if job.mode == "planes" else work.volumes(writer, job.mode)
            seconds = time.perf_counter() - started
        levels = found.levels
        notes = [*layout.notes, *(note for level in levels for note in (*level.notes, *session.notes(level)))]
        notes += [*writer.notes, *clipping_notes(clipped, writer.layout.dtype)]
        told = {"axes": layout.axes, "shape": list(layout.shape), "dtype": layout.dtype.name, **found.entry()}
        resolved = {
            **task.entries(levels[0], settings.strength), **session.entries(), "device": str(device),
            "threads": threads, "stack": told,
        }  # fmt: skip
        asked = {**dataclasses.asdict(settings), **task.options(), **method.options(), "axes": job.axes, "key": job.key}
        asked["mode"] = job.mode
        record = Record(
            task.name, source, asked, resolved, _PASSES[job.mode], seconds, peak_bytes(),
            tuple(dict.fromkeys(notes)), output=str(output.resolve()),
            degradation=words_of_stack(array, found, settings.strength),
        )  # fmt: skip
        record.write(staged[0])
    return record


def _first(array: StoredArray) -> np.ndarray:
    return array.plane(next(array.layout.planes()))


def words_of_stack(array: StoredArray, found: Survey, strength: float) -> str:
    """The stack and its noise in the units of its values."""
    layout, unit = array.layout, f" {array.layout.value_unit}" if array.layout.value_unit else ""
    size = "x".join(map(str, layout.shape))
    levels = []
    for span, level in zip(found.spans, found.levels, strict=True):
        light = "" if level.light is None else f", of light of {level.light.gain * span.width:.4g} a photon"
        sigma = level.value * strength * span.width
        levels.append(f"{sigma:.4g}{unit} over {span.low:.4g} to {span.high:.4g} ({level.origin}{light})")
    return f"{layout.axes} {size} of {layout.dtype.name}, noise {', '.join(dict.fromkeys(levels))}"
