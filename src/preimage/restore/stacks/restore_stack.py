"""A stack or volume restored from file to file, plane by plane, in memory of a few planes."""

import time
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import Tensor
from typing_extensions import Unpack

from preimage.files import StoredArray, open_lazily
from preimage.files.atomic import replacing_together
from preimage.files.digest import path_sha256
from preimage.files.places import record_beside
from preimage.files.stacks.stored import with_axes
from preimage.files.stacks.writing import writing_stack
from preimage.machine.device import find_device
from preimage.machine.memory import parse_bytes
from preimage.machine.threads import use_threads
from preimage.notation import parse_sigma
from preimage.restore.frame.engine import as_method
from preimage.restore.frame.method import Method
from preimage.restore.frame.record import Record
from preimage.restore.frame.settings import Options, Settings
from preimage.restore.frame.task import Task
from preimage.restore.frame.work import Job, Progress
from preimage.restore.stacks.job import StackJob, check_stack, folders_of
from preimage.restore.stacks.survey import pictures_of, survey_stack
from preimage.restore.stacks.telling import StackRun, words_of_stack
from preimage.restore.stacks.work import StackWork
from preimage.restore.tasks.deblur import Deblur
from preimage.restore.tasks.denoise import Denoise
from preimage.restore.tasks.kernel import as_kernel

_PASSES = {
    "planes": "each plane on its own",
    "volume": "one pass for each plane of each direction",
    "time": "one pass for each plane of each direction",
}

__all__ = ["carry_out_stack", "deblur_stack", "restore_stack"]


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
        noise: ``auto``, ``gaussian``, ``poisson:GAIN`` or ``poisson:GAIN@BLACK``, see :func:`preimage.restore.denoise`.
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
    job = _job_of(source, Path(output), axes, overwrite, mode)
    return carry_out_stack(job, Denoise(noise), as_method(method, "denoise"), Settings(**options), progress)


def deblur_stack(
    source: Path | str | StoredArray,
    output: Path | str,
    kernel: str | Path | np.ndarray | Tensor,
    *,
    method: str | Method = "dpir",
    axes: str | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
    **options: Unpack[Options],
) -> Record:
    """Undo a blur within the planes of a stack or volume in a file, and write it with its record beside.

    Every plane is deblurred on its own, as :func:`preimage.restore.deblur` does it; units, types and levels are as for
    :func:`restore_stack`. For a blur across planes, that of a microscope, see ``preimage restore deconvolve``.

    Args:
        source: a file or folder that :func:`preimage.files.open_lazily` reads, or what it gives.
        output: the file to write; its suffix tells the format.
        kernel: the blur of every plane, an array or what :func:`preimage.restore.read_kernel` understands.
        method: ``dpir`` or ``usr``.
        axes: letters for the axes, like ``TZCYX``.
        overwrite: whether to replace what is there.
        progress: ``progress(done, total)``, called after every plane.
        options: those of :class:`preimage.restore.Options`; ``sigma`` is in spans of the values.

    Returns:
        The record, as it is written beside the output.

    Raises:
        ImageFileError: a file cannot be read or written.
        ArgumentError: an option is out of range, or not for stacks.
    """
    task = Deblur(as_kernel(kernel), str(kernel) if isinstance(kernel, (str, Path)) else "")
    job = _job_of(source, Path(output), axes, overwrite)
    return carry_out_stack(job, task, as_method(method, "deblur"), Settings(**options), progress)


def carry_out_stack(
    job: StackJob, task: Task, method: Method, settings: Settings, progress: Progress | None = None
) -> Record:
    """Restore a stack as it is to be done; see :func:`restore_stack`.

    Raises:
        ImageFileError: a file cannot be read or written.
        ArgumentError: a setting is out of range, or not for stacks.
    """
    check_stack(job, task, method, settings)
    method.check(task, settings)
    array, output = job.array, job.output
    given = None if isinstance(settings.sigma, tuple) else parse_sigma(settings.sigma)
    device = find_device(settings.device)
    sha256 = path_sha256(array.path)  # before it may be replaced
    budget = None if settings.memory is None else parse_bytes(settings.memory)
    with replacing_together([record_beside(output), output], job.overwrite, folders_of(output)) as staged:
        with use_threads(settings.threads) as threads, torch.no_grad():
            started = time.perf_counter()
            found = survey_stack(array, task, method, given) if job.survey is None else job.survey
            found = found if job.mode == "planes" else found.white()
            if job.told is not None:
                job.told(words_of_stack(array, found, settings.strength))
            first = pictures_of(found.spans[0].pixels(_first(array)))
            for part in first:
                task.check(part)
            shapes = tuple(dict.fromkeys(part.shape for part in first))
            session = method.begin(task, Job(shapes, settings, given, budget, device, None, lambda x: x))
            run = StackRun(job, task, method, settings, found, session, device, threads)
            with writing_stack(staged[1], array.layout) as writer:
                work = StackWork(array, found, session, device, progress, task.inverts)
                clipped = work.planes(writer) if job.mode == "planes" else work.volumes(writer, job.mode)
            seconds = time.perf_counter() - started
        record = run.record(sha256, _PASSES[job.mode], seconds, run.notes(writer, clipped))
        record.write(staged[0])
    return record


def _job_of(
    source: Path | str | StoredArray, output: Path, axes: str | None, overwrite: bool, mode: str = "planes"
) -> StackJob:
    array = with_axes(source, axes) if isinstance(source, StoredArray) else open_lazily(source, None, axes)
    key = source.name or None if isinstance(source, StoredArray) else None
    return StackJob(array, key, axes, output, overwrite, mode)


def _first(array: StoredArray) -> np.ndarray:
    return array.plane(next(array.layout.planes()))
