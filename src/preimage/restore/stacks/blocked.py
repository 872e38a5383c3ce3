"""A stack or volume of any size restored block by block, in a folder where a killed run goes on."""

import shutil
import time
from pathlib import Path

import torch

from preimage.blocks import FileSource, opened_workspace
from preimage.errors import ArgumentError
from preimage.files.atomic import replacing_together
from preimage.files.digest import path_sha256
from preimage.files.places import record_beside
from preimage.files.stacks.writing import writing_stack
from preimage.machine.device import find_device
from preimage.machine.memory import parse_bytes
from preimage.machine.threads import use_threads
from preimage.notation import parse_sigma
from preimage.restore.frame.method import Method
from preimage.restore.frame.record import Record
from preimage.restore.frame.settings import Settings
from preimage.restore.frame.task import Task
from preimage.restore.frame.work import Job, Progress
from preimage.restore.stacks.all_steps import StepsInBlocks, plan_steps
from preimage.restore.stacks.blocking import BlockedJob, plan_blocks, room_of
from preimage.restore.stacks.job import StackJob, check_stack, folders_of, picture_shapes
from preimage.restore.stacks.notes import said_once
from preimage.restore.stacks.single_pass import PassInBlocks, RestoreStep
from preimage.restore.stacks.survey import Survey, survey_stack
from preimage.restore.stacks.telling import StackRun, words_of_stack

__all__ = ["carry_out_blocks", "stack_needs_blocks", "work_folder"]


def work_folder(output: Path) -> Path:
    """Where the work on ``output`` is until it is done."""
    return output.with_name(f"{output.name}.blocks")


def stack_needs_blocks(job: BlockedJob, task: Task, method: Method, settings: Settings) -> bool:
    """Whether a stack is restored block by block: by memory, a cluster, or a record.

    What is local goes so wherever memory is bounded. Else blocks are for planes that do not fit, which take longer in
    blocks; one that fits is restored whole.

    Raises:
        ArgumentError: a cluster is to compute what does not go in blocks.
    """
    stack, is_given = job.stack, settings.memory is not None
    is_able = stack.mode == "planes" and (task.is_local or method.goes_in_blocks)
    if stack.scheduler is not None and not is_able:
        what = f"{task.name} by {method.name}" if stack.mode == "planes" else f"`--mode {stack.mode}`"
        raise ArgumentError(
            f"`scheduler` must be left out for {what}, got {stack.scheduler}; it is for denoise plane by plane, deblur "
            "by dpir, and deconvolve."
        )
    if not is_able or job.block is not None or stack.scheduler is not None:
        return is_able and (job.block is not None or stack.scheduler is not None)
    if task.is_local or not is_given:
        return task.is_local and is_given
    session = method.begin(task, _job(stack, settings, None))
    least, budget = session.least_memory(), parse_bytes(settings.memory or 0)
    return least is not None and least + 2 * stack.plane_bytes > budget


def _job(stack: StackJob, settings: Settings, given: float | None) -> Job:
    """A job for any picture of a stack, without a bound of memory: blocks are as large as it takes."""
    return Job(picture_shapes(stack.array.layout), settings, given, None, torch.device("cpu"), None, lambda x: x)


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
    if not task.is_local and settings.device not in ("auto", "cpu"):
        raise ArgumentError(f"`device` must be cpu or auto for arrays on disk, got {settings.device}; leave it out.")
    device = find_device(settings.device) if task.is_local else torch.device("cpu")
    sha256 = path_sha256(array.path)
    with use_threads(settings.threads) as threads, torch.no_grad():
        started = time.perf_counter()
        room = None if task.is_local else room_of(settings.memory, job.executor.at_once)
        found = survey_stack(array, task, method, given, room) if stack.survey is None else stack.survey
        if stack.told is not None:
            stack.told(words_of_stack(array, found, settings.strength))
        way = _way(job, task, method, settings, found, given, device)
        run = StackRun(stack, task, method, settings, found, way.session, device, threads)
        # Where a folder was renamed, the work in it is the same.
        decided = {**run.asked(), **way.session.entries(found.levels), **found.entry(), "memory": None}
        decided |= {"input": sha256, "block": list(way.block), "threads": threads}
        folder = work_folder(output)
        with opened_workspace(folder, decided, job.executor, settings.threads, progress) as work:
            result = way.restored(work)
            with replacing_together([record_beside(output), output], stack.overwrite, folders_of(output)) as staged:
                with writing_stack(staged[1], layout) as writer:
                    clipped = result.clipped
                    for index in layout.planes():
                        clipped += writer.put(index, result.planes(index))
                seconds, notes = time.perf_counter() - started, run.notes(writer, clipped)
                notes = said_once((*notes, *result.notes))
                record = run.record(sha256, way.words, seconds, notes, way.block)
                record.write(staged[0])
    shutil.rmtree(folder, ignore_errors=True)
    return record


def _way(
    job: BlockedJob, task: Task, method: Method, settings: Settings, found: Survey, given: float | None,
    device: torch.device,
) -> PassInBlocks | StepsInBlocks:  # fmt: skip
    """In one pass where the task is local, else step by step.

    Raises:
        ArgumentError: the memory is too little, or a GPU is to compute arrays on disk.
    """
    stack, layout = job.stack, job.stack.array.layout
    file = FileSource(stack.array.path, layout.shape, stack.key, stack.axes)
    if task.is_local:
        grid, halo, session = plan_blocks(job, task, method, settings, found, given, device)
        return PassInBlocks(file, grid, halo, RestoreStep(session, found, layout, device, layout.dtype))
    for shape in picture_shapes(layout):
        task.check(torch.zeros(()).expand(shape))
    session = method.begin(task, _job(stack, settings, given))
    return plan_steps(stack.array, file, found, session, room_of(settings.memory, job.executor.at_once), job.block)
