"""A stack that is to be restored, and what is not for stacks."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from preimage.errors import ArgumentError
from preimage.files import Layout, StoredArray
from preimage.files.stacks.writing import stack_format_of
from preimage.machine.memory import parse_bytes
from preimage.restore.drawing import is_for_planes
from preimage.restore.frame.method import Method
from preimage.restore.frame.settings import Settings
from preimage.restore.frame.task import Task
from preimage.restore.stacks.survey import Survey
from preimage.restore.stacks.volumes import check_mode
from preimage.restore.table import find_task

__all__ = ["OPTIONS", "StackJob", "check_stack", "folders_of", "picture_shapes"]

OPTIONS = {"denoise": ("noise",), "deblur": ("kernel", "kernel_size")}
"""The tasks that take stacks, and what they are told beside settings."""


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
        scheduler: who computes blocks, where that was asked for.
    """

    array: StoredArray
    key: str | None
    axes: str | None
    output: Path
    overwrite: bool = False
    mode: str = "planes"
    survey: Survey | None = None
    told: Callable[[str], None] | None = None
    scheduler: str | None = None

    @property
    def plane_bytes(self) -> int:
        """Those of a plane as it is stored, or of its pixels in single precision, whichever are more."""
        return math.prod(self.array.layout.plane_shape) * max(4, self.array.dtype.itemsize)


def check_stack(job: StackJob, task: Task, method: Method, settings: Settings) -> None:
    """Refuse what is not for stacks.

    Raises:
        ArgumentError: the method fits each picture anew, steps are to be traced, an error map is asked for, the
            array is the mosaic of a camera, or planes cannot be done each on its own.
        ImageFileError: the output cannot hold the stack.
    """
    asked = settings.trace or settings.error_map or settings.bits is not None or settings.samples is not None
    if asked or not is_for_planes(method.name):
        offered = " or ".join(filter(is_for_planes, find_task(task.name).methods))
        raise ArgumentError(f"`method` must be {offered} for stacks, without trace, error map, samples or bits.")
    if job.mode != "planes" and task.name != "denoise":
        raise ArgumentError(f"`mode` must be planes for {task.name}, got {job.mode}; leave it out.")
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


def picture_shapes(layout: Layout) -> tuple[torch.Size, ...]:
    """(C, H, W) of the pictures that a plane is restored as: one in colour, or one for each sample."""
    samples = layout.plane_shape[2] if layout.plane_axes == 3 else 1
    return (torch.Size((3 if samples == 3 else 1, *layout.plane_shape[:2])),)


def folders_of(output: Path) -> list[Path]:
    """``output`` where its format makes a folder."""
    return [output] if stack_format_of(output)[1].makes_folder else []
