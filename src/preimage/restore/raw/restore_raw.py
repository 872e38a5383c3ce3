"""Noise removed from a raw picture of a camera, before its colours are interpolated."""

import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from typing_extensions import Unpack

from preimage.blind.light import fit_light
from preimage.errors import ArgumentError
from preimage.files import StoredArray, open_lazily
from preimage.files.atomic import replacing_together
from preimage.files.digest import file_sha256
from preimage.files.formats.raw import develop
from preimage.files.formats.table import by_suffix
from preimage.files.places import record_beside
from preimage.files.samples.samples import split_channels
from preimage.files.samples.sampling import Sampling
from preimage.files.stacks.writing import clipping_notes, stack_format_of, writing_stack
from preimage.files.writing import write_samples
from preimage.machine.device import find_device
from preimage.machine.memory import parse_bytes, peak_bytes
from preimage.machine.threads import use_threads
from preimage.notation import parse_sigma
from preimage.restore.drawing import is_for_planes
from preimage.restore.frame.engine import as_method
from preimage.restore.frame.level import Level
from preimage.restore.frame.method import Method
from preimage.restore.frame.record import Record
from preimage.restore.frame.settings import Options, Settings
from preimage.restore.frame.work import Job, Session
from preimage.restore.raw.mosaic import Mosaic
from preimage.restore.tasks.denoise import Denoise

__all__ = ["RawJob", "carry_out_raw", "denoise_mosaic", "is_developed", "restore_raw"]

# Measured (docs/files.md): the samples gain by 0.7 to 2.2 dB, the picture mostly loses to one denoised afterwards.
_DEVELOPED = (
    "developed by LibRaw, with the camera's white; its interpolation may tear fine detail, which denoising a developed "
    "picture smoothes away: denoise that where it shows"
)


@dataclass(frozen=True)
class RawJob:
    """A raw picture that is to be restored.

    Attributes:
        array: the mosaic.
        output: where the result goes.
        overwrite: whether that may be there.
        told: is told, before the work, what is known of the noise.
    """

    array: StoredArray
    output: Path
    overwrite: bool = False
    told: Callable[[str], None] | None = None


def restore_raw(
    source: Path | str,
    output: Path | str,
    *,
    noise: str = "auto",
    method: str | Method = "drunet",
    overwrite: bool = False,
    **options: Unpack[Options],
) -> Record:
    """Remove the noise of a raw picture of a camera before its colours are interpolated; the record stands beside.

    Neighbours of a mosaic are of other colours, but its noise is still white. Each place of a 2 x 2 cell makes a grey
    picture of half the size; all are denoised with one level, or light, in which black is 0 and white is 1. What has
    reached white stays as it is.

    Args:
        source: a file that LibRaw reads.
        output: ``.png``, ``.jpg``, ``.webp`` or ``.bmp``: the picture, developed by LibRaw with the white balance of
            the camera; any format of arrays, like ``.tif``: the mosaic, in numbers of the sensor. No DNG is written.
        noise: see :func:`preimage.restore.denoise`.
        method: ``drunet`` or ``groupsc``.
        overwrite: whether to replace what is there.
        options: those of :class:`preimage.restore.Options`.

    Raises:
        ImageFileError: a file cannot be read or written, or is no mosaic of red, green and blue.
        ArgumentError: an option is out of range, or not for mosaics.
    """
    job = RawJob(open_lazily(source), Path(output), overwrite)
    return carry_out_raw(job, Denoise(noise), as_method(method, "denoise"), Settings(**options))


def is_developed(output: Path) -> bool:
    """Whether an output is a picture, and no array of numbers of the sensor."""
    found = by_suffix(output)
    return found is not None and found.is_picture and found.stacks is None


def carry_out_raw(job: RawJob, task: Denoise, method: Method, settings: Settings) -> Record:
    """Restore a raw picture as it is to be done; see :func:`restore_raw`.

    Raises:
        ImageFileError: see :func:`restore_raw`.
        ArgumentError: see :func:`restore_raw`.
    """
    asked = settings.trace or settings.error_map or settings.bits is not None or settings.samples is not None
    if asked or not is_for_planes(method.name):
        raise ArgumentError("`method` must be drunet or groupsc for mosaics; no trace, error map, samples or bits.")
    layout, output, beside = job.array.layout, job.output, record_beside(job.output)
    mosaic = Mosaic.of(layout)
    if not is_developed(output):
        stack_format_of(output, layout)
    method.check(task, settings)
    values, device, started = job.array.read(), find_device(settings.device), time.perf_counter()
    with use_threads(settings.threads) as threads, torch.no_grad():
        before = mosaic.planes(values)
        level = _level(task, method, before, settings, 1 / (mosaic.white - min(mosaic.black)))
        words = f"mosaic {mosaic.pattern} of {'x'.join(map(str, reversed(values.shape)))}, {_in_words(level, mosaic)}"
        if job.told is not None:
            job.told(words)
        budget = None if settings.memory is None else parse_bytes(settings.memory)
        shape = torch.Size((1, *before.shape[1:]))
        session = method.begin(task, Job((shape,), settings, None, budget, device, None, lambda x: x))
        result = mosaic.changed(values, before, denoise_mosaic(before, session, level, device))
    seconds = time.perf_counter() - started
    told = {"pattern": mosaic.pattern, "black": list(mosaic.black), "white": mosaic.white}
    resolved = {
        **task.entries(level, settings.strength), **session.entries([level]), "device": str(device), "threads": threads,
        "mosaic": {**told, "white_balance": layout.metadata.get("white_balance", [])},
    }  # fmt: skip
    asked = {**dataclasses.asdict(settings), **task.options(), **method.options()}
    folders = [] if is_developed(output) or not stack_format_of(output)[1].makes_folder else [output]
    with replacing_together([beside, output], job.overwrite, folders) as staged:
        notes = [*layout.notes, *level.notes, *session.notes(level), *_write(job, staged[1], result)]
        record = Record(
            task.name, {"path": str(job.array.path.resolve()), "sha256": file_sha256(job.array.path)}, asked, resolved,
            "one pass for each place of a cell", seconds, peak_bytes(), tuple(dict.fromkeys(notes)),
            output=str(output.resolve()), degradation=words,
        )  # fmt: skip
        record.write(staged[0])
    return record


def denoise_mosaic(before: Tensor, session: Session, level: Level, device: torch.device) -> Tensor:
    """The four planes (4, h, w) without noise, each as a grey picture.

    As pictures in colour of half the size they came out 2.7 and 5 dB worse: red, green and blue of a cell are not of
    one place.
    """
    after = []
    for plane in before:
        lit = level if level.light is None else dataclasses.replace(level, value=level.light.over(plane))
        after.append(session.solve(plane[None, None].to(device), lit).x[0].cpu())
    return torch.cat(after)


def _level(task: Denoise, method: Method, planes: Tensor, settings: Settings, step: float) -> Level:
    given = None if isinstance(settings.sigma, tuple) else parse_sigma(settings.sigma)
    sampling = Sampling(step, ())
    if task.noise != "auto" or given is not None:
        return method.level(task, planes, given, sampling)
    # Of all colours together: a sensor has one gain, and its noise is white.
    found, light = method.level(Denoise("gaussian"), planes, None, sampling), fit_light(planes)
    return found if light is None else dataclasses.replace(found, value=light.over(planes), light=light)


def _in_words(level: Level, mosaic: Mosaic) -> str:
    width = mosaic.white - min(mosaic.black)
    light = "" if level.light is None else f", of light of {level.light.gain * width:.3g} a photon"
    return f"noise {level.value * width:.3g} from black {min(mosaic.black):g} to white {mosaic.white:g}{light}"


def _write(job: RawJob, path: Path, result: np.ndarray) -> list[str]:
    """Write the mosaic, or the picture that is developed from it; gives notes."""
    if is_developed(job.output):
        picture = develop(job.array.path, result)
        return [*write_samples(path, split_channels("RAW", picture)), _DEVELOPED]
    with writing_stack(path, job.array.layout) as writer:
        clipped = writer.put((), result)
    return [*writer.notes, *clipping_notes(clipped, writer.layout.dtype)]
