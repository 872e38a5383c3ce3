"""The way from a file to an image, the same for every modality and method."""

import math
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage._fields import fields_of
from preimage.errors import ArgumentError, ConvergenceWarning
from preimage.files import Layout
from preimage.machine.device import find_device
from preimage.machine.memory import peak_bytes
from preimage.machine.threads import use_threads
from preimage.reconstruct.frame.acquisition import Acquisition, Piece
from preimage.reconstruct.frame.approach import Approach, Tell
from preimage.reconstruct.frame.digests import input_sha256, named_digests
from preimage.reconstruct.frame.grid import Grid
from preimage.reconstruct.frame.scan_record import ScanRecord
from preimage.reconstruct.frame.settings import ScanSettings
from preimage.reconstruct.table import ModalityRow, find_modality
from preimage.solve import Reason

__all__ = ["Reconstructed", "ScanPlan", "plain_settings", "reconstruct", "solve_acquisition"]

_METHOD_OPTIONS = ("steps", "weight", "sigma", "window", "subsets")


@dataclass(frozen=True)
class ScanPlan:
    """What is about to be done.

    Attributes:
        words: what was measured.
        shape: the shape of the image.
        method: its name.
        grid: where the voxels are.
        layout: the axes of the result and what else is known of it, where a file told them.
    """

    words: str
    shape: tuple[int, ...]
    method: str
    grid: Grid
    layout: Layout | None = None


@dataclass(frozen=True)
class Reconstructed:
    """An image, and how it was made.

    Attributes:
        image: (H, W), or (D, H, W) of slices or a volume; float32, complex64 of MRI, or the type of a stack's values.
            Of an array with more axes all of them, as in the file.
        grid: where its voxels are.
        record: everything that made it.
        layout: its axes and what else is known of it, where a file told them.
    """

    image: np.ndarray
    grid: Grid
    record: ScanRecord = field(repr=False)
    layout: Layout | None = None


def reconstruct(
    modality: str,
    source: Path | str,
    settings: ScanSettings | None = None,
    progress: Callable[[int, int], None] | None = None,
    planned: Callable[[ScanPlan], None] | None = None,
) -> Reconstructed:
    """Reconstruct the measurement in a file.

    Args:
        modality: ``ct``, ``mri``, ``pet`` or ``deconvolve``.
        source: the file, or folder of files.
        settings: the settings of the modality; the usual ones by default.
        progress: ``progress(done, total)``, called after every step.
        planned: is told of what will be done before the work.

    Raises:
        ArgumentError: a setting is out of its range, contradicts the file, or is not for the method.
        ImageFileError: the file cannot be read, or is no such measurement.
        ConvergenceError: the method diverged.
    """
    row, path = find_modality(modality), Path(source)
    asked = row.settings() if settings is None else settings
    if not isinstance(asked, row.settings):
        raise ArgumentError(f"`settings` must be {row.settings.__name__} for {modality}, got {type(asked).__name__}.")
    acquisition: Acquisition = row.load_acquire()(path, asked)
    read = {"path": str(path.resolve()), "sha256": input_sha256(path)}
    return solve_acquisition(row, acquisition, read, asked, progress, planned)


def solve_acquisition(
    row: ModalityRow,
    acquisition: Acquisition,
    read: Mapping[str, str],
    asked: ScanSettings,
    progress: Callable[[int, int], None] | None = None,
    planned: Callable[[ScanPlan], None] | None = None,
) -> Reconstructed:
    """Reconstruct what was read; see :func:`reconstruct`.

    Args:
        read: path and sha256 of what it was read from, for the record.
    """
    name = acquisition.usual if asked.method in ("", "auto") else asked.method
    kind: type[Approach] = row.load_method(name)
    _check_options(row, kind, asked)
    approach, device = kind.of(asked), find_device(asked.device)
    if planned is not None:
        planned(ScanPlan(acquisition.words, acquisition.shape, name, acquisition.grid, acquisition.layout))
    started = time.perf_counter()
    with use_threads(asked.threads) as threads, torch.no_grad(), warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", ConvergenceWarning)
        level = _level(acquisition, kind, asked)
        if approach.is_open:
            approach = approach.settled(_prepared(acquisition, len(acquisition.pieces) // 2, level, device))
        found, reasons = _solve_all(acquisition, approach, level, device, progress)
    seconds = time.perf_counter() - started
    image, notes = acquisition.as_stored(found.reshape(acquisition.shape).numpy())
    resolved = {
        "files": named_digests(asked), "method": name,
        "steps": approach.steps, "weight": approach.weight, "sigma": level, **acquisition.facts,
        "device": str(device), "threads": threads,
    }  # fmt: skip
    grid = acquisition.grid
    record = ScanRecord(
        row.name, read, plain_settings(asked), resolved,
        str(Reason.of_runs(reasons)), seconds, peak_bytes(), (*grid.sizes, grid.unit),
        (*acquisition.notes, *notes, *dict.fromkeys(str(each.message) for each in told)),
    )  # fmt: skip
    return Reconstructed(image, grid, record, acquisition.layout)


def _check_options(row: ModalityRow, kind: type[Approach], settings: ScanSettings) -> None:
    given, usual = fields_of(settings), fields_of(row.settings())
    for name in _METHOD_OPTIONS:
        if name in given and given[name] != usual[name] and name not in kind.takes:
            others = [other for other in row.methods if name in row.load_method(other).takes]
            told = f"it is for {', '.join(others)}" if others else f"no method of {row.name} takes it"
            raise ArgumentError(f"`{name}` must be left out for {kind.name}, got {given[name]}; {told}.")


def _level(acquisition: Acquisition, kind: type[Approach], settings: ScanSettings) -> float | None:
    """The standard deviation of the noise, where the method asks for it."""
    if "sigma" not in kind.takes:
        return None
    if isinstance(settings.sigma, (int, float)):
        if not settings.sigma > 0:
            raise ArgumentError(f"`sigma` must be above 0, got {settings.sigma:g}; auto estimates it.")
        return float(settings.sigma)
    return acquisition.pieces[len(acquisition.pieces) // 2]().estimated_level()


def _prepared(acquisition: Acquisition, index: int, level: float | None, device: torch.device) -> Piece:
    piece = acquisition.pieces[index]().to(device)
    return piece if level is None else piece.with_level(level)


def _solve_all(
    acquisition: Acquisition,
    approach: Approach,
    level: float | None,
    device: torch.device,
    progress: Callable[[int, int], None] | None,
) -> tuple[Tensor, list[Reason]]:
    """The images of all pieces, one after the other, in a place made once, because all together are large."""
    count, reasons, start = len(acquisition.pieces), [], 0
    together = torch.empty(0)
    for index in range(count):
        piece = _prepared(acquisition, index, level, device)
        each = approach.solve(piece, _telling(progress, index * approach.steps, count * approach.steps))
        reasons.append(each.reason)
        images = piece.finish(each.x).cpu()[:, 0]
        if count == 1:
            return images, reasons
        if index == 0:
            together = images.new_empty(math.prod(acquisition.shape) // math.prod(images.shape[1:]), *images.shape[1:])
        together[start : start + len(images)] = images
        start += len(images)
    return together, reasons


def _telling(progress: Callable[[int, int], None] | None, before: int, total: int) -> Tell:
    def tell(step: int) -> None:
        if progress is not None:
            progress(before + step, total)

    return tell


def plain_settings(settings: ScanSettings) -> dict[str, Any]:
    """The settings as JSON holds them."""
    return {name: str(value) if isinstance(value, Path) else value for name, value in fields_of(settings).items()}
