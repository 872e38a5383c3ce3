"""Stacks larger than memory deconvolved block by block, in a folder where a killed run goes on."""

import dataclasses
import math
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from preimage.blocks import BlockArray, BlockGrid, executor_of, opened_workspace
from preimage.blocks.memory import fits_whole, room_for_blocks
from preimage.errors import ArgumentError
from preimage.files import StoredArray, open_lazily
from preimage.files.atomic import replacing_together
from preimage.files.stacks.stored import check_numbers
from preimage.files.stacks.writing import stack_format_of, writing_stack
from preimage.machine.memory import available_bytes, parse_bytes, peak_bytes
from preimage.machine.threads import use_threads
from preimage.reconstruct.frame.digests import input_sha256, named_digests
from preimage.reconstruct.frame.engine import ScanPlan, plain_settings
from preimage.reconstruct.frame.scan_record import ScanRecord
from preimage.reconstruct.microscopy.acquire import (
    COPIES,
    ONE_PSF,
    TOGETHER,
    as_stored,
    grid_of,
    stored_type,
    with_sizes,
)
from preimage.reconstruct.microscopy.block_methods import block_method
from preimage.reconstruct.microscopy.block_solving import BlockProblem, solve_stacks
from preimage.reconstruct.microscopy.psf import PointSpread, chosen_psf
from preimage.reconstruct.microscopy.settings import DeconvolutionSettings
from preimage.reconstruct.microscopy.split import StackSplit
from preimage.reconstruct.microscopy.voxel import stored_voxel
from preimage.reconstruct.outputs.places import written_files
from preimage.reconstruct.outputs.preview import draw_preview

__all__ = ["BlockedStack", "carry_out_deconvolution", "needs_blocks"]

_LAYOUT = 2  # of the arrays of the work: what an earlier version left is refused, not misread


@dataclass(frozen=True)
class BlockedStack:
    """A deconvolution that is to be done block by block.

    Attributes:
        source: the file.
        output: where the result goes.
        settings: as given, or as recorded.
        block: the sizes of a block, as they were recorded; ``None``: chosen by memory.
        preview: whether a picture is drawn.
        overwrite: whether files that exist are replaced.
        asked: the settings that the record shows; those here by default.
    """

    source: Path
    output: Path
    settings: DeconvolutionSettings
    block: tuple[int, ...] | None = None
    preview: bool = True
    overwrite: bool = False
    asked: Mapping[str, Any] | None = None


def needs_blocks(source: Path, settings: DeconvolutionSettings) -> bool:
    """Whether the stack in ``source`` is larger than the memory it may take, or a cluster is to compute.

    Raises:
        ImageFileError: the file cannot be read.
        ArgumentError: the point spread function is wrong or does not fit.
    """
    if settings.scheduler is not None:
        return True
    if settings.memory is None:
        return False
    array, split, psf = _opened(source, settings)
    larger = (size + extra - 1 for size, extra in zip(split.shape, psf.kernel.shape, strict=True))
    together = 0 if split.count == 1 else TOGETHER * 4 * math.prod(array.shape)
    return not fits_whole(together + COPIES * 4 * math.prod(larger), parse_bytes(settings.memory))


def _opened(source: Path, settings: DeconvolutionSettings) -> tuple[StoredArray, StackSplit, PointSpread]:
    array = open_lazily(source, settings.key, settings.axes)
    check_numbers(array, source, (2, 3, 4, 5, 6), complex_wanted=False)
    split = StackSplit.of(array.layout)
    return array, split, chosen_psf(settings.psf, split.shape, stored_voxel(array.layout))


def carry_out_deconvolution(
    job: BlockedStack,
    progress: Callable[[int, int], None] | None = None,
    planned: Callable[[ScanPlan], None] | None = None,
) -> ScanRecord:
    """Deconvolve the stacks of a file block by block, one after the other, and write them, a picture and a record.

    Args:
        job: what is to be done.
        progress: ``progress(done, total)``, called after every block.
        planned: is told of what will be done before the work.

    Raises:
        ImageFileError: the file cannot be read, holds no counts, or cannot be written.
        ArgumentError: a setting is out of range, memory too small, or the folder holds other work.
    """
    settings, started = job.settings, time.perf_counter()
    if settings.device == "cuda":
        raise ArgumentError("`device` must be cpu or auto for stacks larger than memory, got cuda; leave it out.")
    array, split, psf = _opened(job.source, settings)
    folder = job.output.with_name(f"{job.output.name}.blocks")
    with use_threads(settings.threads) as threads, torch.no_grad(), executor_of(settings.scheduler) as executor:
        kernel = psf.kernel.float()
        budget = available_bytes() // 2 if settings.memory is None else parse_bytes(settings.memory)
        room = room_for_blocks(budget, executor.at_once)
        method = block_method(settings)
        block = job.block or method.block(kernel, split.shape, room)
        grid = BlockGrid(split.shape, tuple(min(size, most) for size, most in zip(block, split.shape, strict=True)))
        words = "{} values, kernel {}, {} blocks of {}".format(
            *("x".join(map(str, shape)) for shape in (split.shape, kernel.shape)), grid.count,
            "x".join(map(str, grid.block)),
        )  # fmt: skip
        words = words if split.count == 1 else f"{split.count} stacks of {words}"
        if planned is not None:
            planned(ScanPlan(words, array.shape, method.name, grid_of(psf)))
        read = {"path": str(job.source.resolve()), "sha256": input_sha256(job.source)}
        decided = {
            **plain_settings(settings), "scheduler": None, "memory": None, "input": read["sha256"],
            "files": named_digests(settings), "block": list(grid.block), "threads": threads,
            "layout": _LAYOUT,
        }  # fmt: skip
        with opened_workspace(folder, decided, executor, settings.threads, progress) as work:
            found = solve_stacks(work, BlockProblem(array, split, kernel, grid, room, method, settings))
            backgrounds = found.backgrounds[0] if split.count == 1 else list(found.backgrounds)
            facts = {"background": backgrounds, "kernel": list(kernel.shape), "block": list(grid.block)}
            notes = (*psf.notes, *found.notes, *([ONE_PSF] if array.layout.size("C") > 1 else []))
            record = ScanRecord(
                "deconvolve", read, plain_settings(settings) if job.asked is None else job.asked,
                {
                    "files": named_digests(settings), "method": method.name, "steps": found.steps,
                    "weight": settings.weight, "sigma": found.level, **facts, "device": "cpu", "threads": threads,
                },
                f"max steps in {split.count * grid.count} blocks", time.perf_counter() - started, peak_bytes(),
                (*grid_of(psf).sizes, grid_of(psf).unit), notes, output=str(job.output.resolve()),
            )  # fmt: skip
            record = _written(job, array, found.unknowns, psf, record)
    shutil.rmtree(folder, ignore_errors=True)
    return record


def _written(
    job: BlockedStack, array: StoredArray, unknowns: Sequence[BlockArray], psf: PointSpread, record: ScanRecord
) -> ScanRecord:
    """Cut the part that was seen out of each unknown, and write it plane by plane."""
    split = StackSplit.of(array.layout)
    dtype, grid = stored_type(job.settings, array.dtype), grid_of(psf)
    layout = with_sizes(array.layout, psf).of_type(np.dtype(np.uint8) if dtype.kind == "b" else dtype)
    starts = [taps - 1 - taps // 2 for taps in psf.kernel.shape]
    paths = written_files(job.output, job.preview)
    folders = [job.output] if stack_format_of(job.output, layout)[1].makes_folder else []
    told: dict[str, int] = {}
    with replacing_together(paths, job.overwrite, folders) as staged:
        with writing_stack(staged[-1], layout) as writer:
            planes = list(layout.planes())
            for number, index in enumerate(planes):
                at, inner = split.place_of(index)
                plane = unknowns[at].read(_plane_box(inner, starts, split.shape)).reshape(layout.plane_shape)
                stored, clipped = as_stored(dtype, plane)
                writer.put(index, stored)
                for note in clipped:
                    count, _, rest = note.partition(" ")
                    told[rest] = told.get(rest, 0) + int(count)
                if job.preview and number == len(planes) // 2:
                    draw_preview(stored, grid.sizes, grid.unit).save(staged[1])
        notes = (*record.notes, *writer.notes, *(f"{count} {rest}" for rest, count in told.items()))
        record = dataclasses.replace(record, notes=notes, peak_memory=peak_bytes())
        staged[0].write_text(record.to_json(), encoding="utf-8")
    return record


def _plane_box(index: tuple[int, ...], starts: list[int], shape: tuple[int, ...]) -> tuple[slice, ...]:
    outer = tuple(slice(start + at, start + at + 1) for start, at in zip(starts, index, strict=False))
    inner = zip(starts[len(index) :], shape[len(index) :], strict=True)
    return (*outer, *(slice(start, start + size) for start, size in inner))
