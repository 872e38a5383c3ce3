"""A stack or volume of any size restored block by block, in a folder where a killed run goes on."""

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from preimage.blocks import (
    BlockArray,
    BlockInput,
    BlockOutput,
    BlockResult,
    FileSource,
    Surroundings,
    opened_workspace,
)
from preimage.files import Layout
from preimage.files.atomic import replacing_together
from preimage.files.digest import path_sha256
from preimage.files.places import record_beside
from preimage.files.stacks.casting import cast_values
from preimage.files.stacks.stored import Box
from preimage.files.stacks.writing import StackWriter, writing_stack
from preimage.machine.device import find_device
from preimage.machine.threads import use_threads
from preimage.notation import parse_sigma
from preimage.restore.frame.method import Method
from preimage.restore.frame.record import Record
from preimage.restore.frame.settings import Settings
from preimage.restore.frame.task import Task
from preimage.restore.frame.work import Progress, Session
from preimage.restore.stacks.blocking import BlockedJob, plan_blocks
from preimage.restore.stacks.job import check_stack, folders_of
from preimage.restore.stacks.survey import Survey, channel_of, pictures_of, survey_stack
from preimage.restore.stacks.telling import StackRun, words_of_stack

__all__ = ["carry_out_blocks", "work_folder"]


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
    check_stack(stack, task, method, settings)
    method.check(task, settings)
    array, layout, output = stack.array, stack.array.layout, stack.output
    given = None if isinstance(settings.sigma, tuple) else parse_sigma(settings.sigma)
    device, sha256 = find_device(settings.device), path_sha256(array.path)
    with use_threads(settings.threads) as threads, torch.no_grad():
        started = time.perf_counter()
        found = survey_stack(array, task, method, given) if stack.survey is None else stack.survey
        if stack.told is not None:
            stack.told(words_of_stack(array, found, settings.strength))
        grid, halo, session = plan_blocks(job, task, method, settings, found, given, device)
        run = StackRun(stack, task, method, settings, found, session, device, threads)
        step = RestoreStep(session, found, layout, device, layout.dtype)
        # Where a folder was renamed, the work in it is the same.
        decided = {**run.asked(), **session.entries(found.levels), **found.entry(), "memory": None}
        decided |= {"input": sha256, "block": list(grid.block), "threads": threads}
        folder = work_folder(output)
        with opened_workspace(folder, decided, job.executor, settings.threads, progress) as work:
            work.expect(grid.count)
            file = FileSource(array.path, layout.shape, stack.key, stack.axes)
            mapped = work.map(
                "restore", grid, step, [BlockInput(file, halo)], [BlockOutput("restored", layout.dtype.name)], ["sum"]
            )
            with replacing_together([record_beside(output), output], stack.overwrite, folders_of(output)) as staged:
                with writing_stack(staged[1], layout) as writer:
                    clipped = int(mapped.numbers[0]) + export_planes(mapped.arrays[0], layout, writer)
                seconds, notes = time.perf_counter() - started, run.notes(writer, clipped)
                record = run.record(sha256, f"one pass in {grid.count} blocks", seconds, notes, grid.block)
                record.write(staged[0])
    shutil.rmtree(folder, ignore_errors=True)
    return record


def export_planes(array: BlockArray, layout: Layout, writer: StackWriter) -> int:
    """Write the planes of ``array``; returns how many values were clipped."""
    inside = tuple(slice(0, size) for size in layout.plane_shape)
    clipped = 0
    for index in layout.planes():
        plane = array.read((*(slice(at, at + 1) for at in index), *inside))
        clipped += writer.put(index, plane.reshape(layout.plane_shape))
    return clipped
