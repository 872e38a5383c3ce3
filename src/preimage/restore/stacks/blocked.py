"""A stack or volume of any size restored block by block, in a folder where a killed run goes on."""

import dataclasses
import math
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from preimage import zoo
from preimage.blocks import (
    BlockArray,
    BlockExecutor,
    BlockGrid,
    BlockInput,
    BlockOutput,
    BlockResult,
    FileSource,
    Halo,
    SerialExecutor,
    Surroundings,
    choose_block,
    opened_workspace,
)
from preimage.blocks.steps.denoising import halo_of
from preimage.files import Layout
from preimage.files.atomic import replacing_together
from preimage.files.digest import path_sha256
from preimage.files.stacks.casting import cast_values
from preimage.files.stacks.stored import Box
from preimage.files.stacks.writing import StackWriter, clipping_notes, stack_format_of, writing_stack
from preimage.machine.device import find_device
from preimage.machine.memory import parse_bytes, peak_bytes
from preimage.machine.threads import use_threads
from preimage.notation import parse_sigma
from preimage.restore.frame.method import Method
from preimage.restore.frame.record import Record
from preimage.restore.frame.settings import Settings
from preimage.restore.frame.task import Task
from preimage.restore.frame.work import Job, Progress, Session
from preimage.restore.methods.denoiser import ByDenoiser
from preimage.restore.methods.plan import BASE, WORKSPACE
from preimage.restore.stacks.restore_stack import StackJob, check_stack, record_beside, words_of_stack
from preimage.restore.stacks.survey import Survey, channel_of, pictures_of, survey_stack

__all__ = ["BlockedJob", "carry_out_blocks", "work_folder"]

_PIXEL = 60  # bytes for each pixel of a block: as stored, scaled, restored, changed
_SHARE = 4  # of the memory that is left a block may take one in so many; the denoiser has the others
_GROUP = 1 << 20  # pixels of planes that are one block, where memory sets no bound


@dataclass(frozen=True)
class BlockedJob:
    """A stack that is to be restored block by block.

    Attributes:
        stack: what and where to.
        block: the sizes of a block, as they were recorded; ``None``: chosen by memory.
        executor: who computes.
    """

    stack: StackJob
    block: tuple[int, ...] | None = None
    executor: BlockExecutor = dataclasses.field(default_factory=SerialExecutor)


@dataclass(frozen=True)
class RestoreStep:
    """A block of planes, restored as whole planes are.

    Attributes:
        session: the method, with its tiles and weights.
        survey: spans and noise of the stack.
        layout: its axes.
        device: where to compute.
        dtype: the type of the result.
    """

    session: Session
    survey: Survey
    layout: Layout
    device: torch.device
    dtype: np.dtype

    def __call__(self, box: Box, inputs: Sequence[Surroundings]) -> BlockResult:
        """Restore a block; the number tells how many values were clipped."""
        (seen,) = inputs
        outer = len(self.layout.stack_shape)
        out = np.empty([part.stop - part.start for part in box], self.dtype)
        clipped = 0
        for at in np.ndindex(*seen.values.shape[:outer]):
            index = tuple(part.start + step for part, step in zip(box, at, strict=False))
            channel = channel_of(self.layout, index)
            span, plane = self.survey.spans[channel], seen.values[at]
            before = span.pixels(plane)
            parts = [
                self.session.solve(part[None].to(self.device), self.survey.level(channel, part)).x[0].cpu()
                for part in pictures_of(before)
            ]
            changed = span.changed(plane, before, torch.cat(parts))
            inside = (
                slice(start, start + part.stop - part.start)
                for start, part in zip(seen.offset[outer:], box[outer:], strict=True)
            )
            out[at], count = cast_values(changed[tuple(inside)], self.dtype)
            clipped += count
        return BlockResult((out,), (float(clipped),))


def same(x: Any) -> Any:
    """``x``."""
    return x


def work_folder(output: Path) -> Path:
    """Where the work on ``output`` is until it is done."""
    return output.with_name(f"{output.name}.blocks")


def carry_out_blocks(
    job: BlockedJob, task: Task, method: Method, settings: Settings, progress: Progress | None = None
) -> Record:
    """Restore a stack block by block.

    Raises:
        ImageFileError: a file cannot be read or written.
        ArgumentError: a setting is out of range, or not for stacks; or the folder holds other work.
    """
    stack = job.stack
    check_stack(stack, method, settings)
    method.check(task, settings)
    array, layout, output = stack.array, stack.array.layout, stack.output
    given = None if isinstance(settings.sigma, tuple) else parse_sigma(settings.sigma)
    device = find_device(settings.device)
    source = {"path": str(array.path.resolve()), "sha256": path_sha256(array.path)}
    with use_threads(settings.threads) as threads, torch.no_grad():
        started = time.perf_counter()
        found = survey_stack(array, task, method, given) if stack.survey is None else stack.survey
        if stack.told is not None:
            stack.told(words_of_stack(array, found, settings.strength))
        grid, halo, session = _plan(job, task, method, settings, found, given, device)
        dtype = layout.dtype
        step = RestoreStep(session, found, layout, device, dtype)
        # Where a folder was renamed, the work in it is the same.
        asked = {**dataclasses.asdict(settings), **task.options(), **method.options(), "axes": stack.axes}
        asked |= {"key": stack.key, "mode": "planes"}
        decided = {**asked, **session.entries(), **found.entry(), "memory": None, "input": source["sha256"]}
        decided |= {"block": list(grid.block), "threads": threads}
        folder = work_folder(output)
        with opened_workspace(folder, decided, job.executor, settings.threads, progress) as work:
            work.expect(grid.count)
            file = FileSource(array.path, layout.shape, stack.key, stack.axes)
            mapped = work.map(
                "restore", grid, step, [BlockInput(file, halo)], [BlockOutput("restored", dtype.name)], ["sum"]
            )
            with replacing_together([record_beside(output), output], stack.overwrite, _folders(output)) as staged:
                with writing_stack(staged[1], layout) as writer:
                    clipped = int(mapped.numbers[0]) + export_planes(mapped.arrays[0], layout, writer)
                notes = [*layout.notes, *_notes(found, session), *writer.notes]
                notes += clipping_notes(clipped, writer.layout.dtype)
                told = {
                    "axes": layout.axes, "shape": list(layout.shape), "dtype": dtype.name, "block": list(grid.block),
                    **found.entry(),
                }  # fmt: skip
                resolved = {
                    **task.entries(found.levels[0], settings.strength), **session.entries(), "device": str(device),
                    "threads": threads, "stack": told,
                }  # fmt: skip
                record = Record(
                    task.name, source, asked, resolved, f"one pass in {grid.count} blocks",
                    time.perf_counter() - started, peak_bytes(), tuple(dict.fromkeys(notes)),
                    output=str(output.resolve()), degradation=words_of_stack(array, found, settings.strength),
                )  # fmt: skip
                record.write(staged[0])
    shutil.rmtree(folder, ignore_errors=True)
    return record


def _folders(output: Path) -> list[Path]:
    return [output] if stack_format_of(output)[1].makes_folder else []


def _notes(found: Survey, session: Session) -> list[str]:
    return [note for level in found.levels for note in (*level.notes, *session.notes(level))]


def export_planes(array: BlockArray, layout: Layout, writer: StackWriter) -> int:
    """Write the planes of ``array``; returns how many values were clipped."""
    inside = tuple(slice(0, size) for size in layout.plane_shape)
    clipped = 0
    for index in layout.planes():
        plane = array.read((*(slice(at, at + 1) for at in index), *inside))
        clipped += writer.put(index, plane.reshape(layout.plane_shape))
    return clipped


def _plan(
    job: BlockedJob, task: Task, method: Method, settings: Settings, found: Survey, given: float | None,
    device: torch.device,
) -> tuple[BlockGrid, Halo, Session]:  # fmt: skip
    """The blocks, what they need to see, and the method for pictures of their size."""
    layout = job.stack.array.layout
    outer, shape = len(layout.stack_shape), layout.shape
    samples = layout.plane_shape[2] if layout.plane_axes == 3 else 1
    width, stride = _reach(task, method, settings, found, samples)
    widths = (*(0,) * outer, *(width or 0,) * 2, *(0,) * (layout.plane_axes - 2))
    halo = Halo(widths, widths)
    budget = None if settings.memory is None else parse_bytes(settings.memory) // job.executor.at_once
    room = _GROUP * _PIXEL if budget is None else min((budget - BASE - WORKSPACE) / _SHARE, _GROUP * _PIXEL)

    def needs(block: Sequence[int]) -> float:
        sizes = [min(size + 2 * far, most) for size, far, most in zip(block, widths, shape, strict=True)]
        return _PIXEL * math.prod(sizes)

    # What no halo is enough for is restored in whole planes; the tiles of the method keep the memory.
    steps = (*(1,) * outer, *(shape[outer : outer + 2] if width is None else (stride, stride)), *layout.plane_shape[2:])
    most = needs((*(1,) * outer, *layout.plane_shape))
    whole = room if budget is not None and width is not None else max(room, most)
    block = job.block or choose_block(shape, [2 * far for far in widths], needs, whole, steps)
    grid = BlockGrid(shape, tuple(min(size, most) for size, most in zip(block, shape, strict=True)))
    sides = [min(size + 2 * far, most) for size, far, most in zip(grid.block, widths, shape, strict=True)][outer:]
    pictures = (torch.Size((3, *sides[:2])),) if samples == 3 else (torch.Size((1, *sides[:2])),)
    left = None if budget is None else max(1, int(budget - needs(grid.block)))
    return grid, halo, method.begin(task, Job(pictures, settings, given, left, device, None, same))


def _reach(task: Task, method: Method, settings: Settings, found: Survey, samples: int) -> tuple[int | None, int]:
    """How far a pixel reaches, and the stride; ``None`` where that is the whole plane."""
    if not isinstance(method, ByDenoiser) or any(level.light or level.camera for level in found.levels):
        return None, 1
    denoiser = zoo.load_denoiser(settings.weights or method.weights(task, 3 if samples == 3 else 1))
    if denoiser.traits.receptive_radius is None:
        return None, 1
    return halo_of(denoiser), denoiser.traits.stride
