"""Into which blocks a stack is cut: by the memory there is, and by how far the method sees."""

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from preimage import zoo
from preimage.blocks import BlockExecutor, BlockGrid, Halo, SerialExecutor, choose_block
from preimage.blocks.steps.denoising import halo_of
from preimage.errors import ArgumentError
from preimage.machine.memory import format_bytes, parse_bytes
from preimage.restore.frame.level import Level
from preimage.restore.frame.method import Method
from preimage.restore.frame.room import BASE
from preimage.restore.frame.settings import Settings
from preimage.restore.frame.task import Task
from preimage.restore.frame.work import Job, Session
from preimage.restore.methods.camera import WEIGHTS, is_as_of_cameras, is_for_white_noise
from preimage.restore.methods.denoiser import ByDenoiser
from preimage.restore.methods.plan import WORKSPACE
from preimage.restore.stacks.job import StackJob
from preimage.restore.stacks.survey import Survey

__all__ = ["BlockedJob", "BlockedResult", "plan_blocks", "room_of"]

_PIXEL = 60  # bytes for each pixel of a block: as stored, scaled, restored, changed
_SHARE = 4  # of the memory that is left a block may take one in so many; the denoiser has the others
_GROUP = 1 << 20  # pixels of planes that are one block, where memory sets no bound


_USUAL_ROOM = 300_000_000  # bytes for a block where memory sets no bound


@dataclass(frozen=True)
class BlockedResult:
    """A stack that was restored.

    Attributes:
        planes: the plane at an index.
        clipped: how many of its values were clipped.
        notes: what the user should know.
    """

    planes: Callable[[tuple[int, ...]], np.ndarray]
    clipped: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class BlockedJob:
    """A stack that is to be restored block by block.

    Attributes:
        stack: what and where to.
        block: the sizes of a block, as they were recorded, or how planes and arrays were cut; ``None``: chosen by
            memory.
        executor: who computes.
    """

    stack: StackJob
    block: tuple[int, ...] | None = None
    executor: BlockExecutor = dataclasses.field(default_factory=SerialExecutor)


def plan_blocks(
    job: BlockedJob, task: Task, method: Method, settings: Settings, found: Survey, given: float | None,
    device: torch.device,
) -> tuple[BlockGrid, Halo, Session]:  # fmt: skip
    """The blocks, what they need to see, and the method for pictures of their size.

    Args:
        job: the stack, and the sizes of a block where they are known.
        task, method, settings: how it is restored.
        found: its spans and noise.
        given: the noise level that was given.
        device: where to compute.

    Raises:
        ArgumentError: the memory is too little.
    """
    layout = job.stack.array.layout
    outer, shape = len(layout.stack_shape), layout.shape
    samples = layout.plane_shape[2] if layout.plane_axes == 3 else 1
    width, stride = _reach(task, method, settings, found, samples)
    widths = (*(0,) * outer, *(width or 0,) * 2, *(0,) * (layout.plane_axes - 2))
    halo = Halo(widths, widths)
    budget = _budget(settings.memory, job.executor.at_once)
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
    return grid, halo, method.begin(task, Job(pictures, settings, given, left, device, None, _same))


def _reach(task: Task, method: Method, settings: Settings, found: Survey, samples: int) -> tuple[int | None, int]:
    """How far a pixel reaches, and the stride; ``None`` where that is the whole plane."""
    if not isinstance(method, ByDenoiser) or any(level.light for level in found.levels):
        return None, 1
    channels = 3 if samples == 3 else 1
    names = {_weights_for(level, method, task, settings.weights, channels) for level in found.levels}
    denoisers = [zoo.load_denoiser(name) for name in names if name is not None]
    if None in names or any(denoiser.traits.receptive_radius is None for denoiser in denoisers):
        return None, 1
    return max(map(halo_of, denoisers)), math.lcm(*(denoiser.traits.stride for denoiser in denoisers))


def _weights_for(level: Level, method: ByDenoiser, task: Task, named: str | None, channels: int) -> str | None:
    """The weights by which a single pass restores pictures of ``level``; ``None`` where it goes octave by octave."""
    if level.camera is None:
        return named or method.weights(task, channels)
    if named is not None:
        return None if is_for_white_noise(named) else named
    return WEIGHTS.get(channels) if method.knows_cameras and is_as_of_cameras(level.camera) else None


def room_of(memory: str | int | None, at_once: int) -> float:
    """The bytes that the work on a block may take.

    Raises:
        ArgumentError: none are left.
    """
    budget = _budget(memory, at_once)
    return _USUAL_ROOM if budget is None else budget - BASE - WORKSPACE


def _budget(memory: str | int | None, at_once: int) -> int | None:
    """The bytes of one process, which are more than it takes before the first block."""
    if memory is None:
        return None
    budget, least = parse_bytes(memory), (BASE + WORKSPACE) * at_once
    if budget <= least:
        raise ArgumentError(
            f"`memory` must be over {format_bytes(least)}, which {at_once} at a time take before the first block, got "
            f"{format_bytes(budget)}; allow more."
        )
    return budget // at_once


def _same(x: Any) -> Any:
    """``x``."""
    return x
