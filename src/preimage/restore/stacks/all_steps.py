"""Planes that no memory holds restored block by block, every step of the method on all of a plane before the next."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from preimage.blocks import BlockArray, BlockGrid, BlockInput, BlockOutput, FileSource, Workspace
from preimage.blocks.part import WorkPart
from preimage.blocks.workspace import Reduction
from preimage.errors import ArgumentError
from preimage.files import Layout, StoredArray
from preimage.machine.memory import format_bytes
from preimage.physics.blur import Limits
from preimage.restore.frame.clipping import clipping_words
from preimage.restore.frame.work import BlockSolver, Session
from preimage.restore.stacks.blocking import BlockedResult
from preimage.restore.stacks.pixel_steps import ChangeStep, PixelsStep, PlaneSource, find_limits
from preimage.restore.stacks.survey import Survey, channel_of

__all__ = ["StepsInBlocks", "plan_steps"]

_PIXEL = 72  # bytes for each sample of a strip that becomes pixels, or values again: estimated
_RESULT = 4  # planes of the result that are held while one is written


@dataclass(frozen=True)
class StepsInBlocks:
    """How a stack goes plane by plane, and each plane in blocks.

    Attributes:
        array: the stack.
        file: the same, as blocks are read from it.
        found: its spans and noise.
        session: the method.
        block: rows of a strip of pixels, and then how the method cuts its arrays.
    """

    array: StoredArray
    file: FileSource
    found: Survey
    session: Session
    block: tuple[int, ...]

    @property
    def words(self) -> str:
        """What is done, in words for the record."""
        return f"every step on a whole plane, in arrays cut by {'x'.join(map(str, self.block))}"

    def restored(self, work: Workspace) -> BlockedResult:
        """All planes, one after the other, in ``work``."""
        layout, planes, clipped = self.array.layout, {}, 0
        indices, ends = list(layout.planes()), [0, 0]
        for number, index in enumerate(indices):
            part = WorkPart(work, f"plane{number}")
            planes[index], lost, at_ends = self._plane(part, index, len(indices) - number - 1)
            clipped, ends = clipped + lost, [a + b for a, b in zip(ends, at_ends, strict=True)]
        told = any(level.notes for level in self.found.levels) or not any(ends)
        notes = () if told else clipping_words(ends[1], ends[0], int(np.prod(layout.shape)))
        return BlockedResult(lambda index: _whole(planes[index], layout), clipped, notes)

    def _plane(self, work: Workspace, index: tuple[int, ...], later: int) -> tuple[BlockArray, int, tuple[int, int]]:
        """The result, how many of its values were clipped, and how many samples are at the limits of the plane."""
        layout, dtype = self.array.layout, self.array.layout.dtype
        channel, source = channel_of(layout, index), PlaneSource(self.file, index)
        span, samples = self.found.spans[channel], _samples(layout)
        grid = BlockGrid(source.shape, (min(self.block[0], source.shape[0]), source.shape[1]))
        reductions: list[Reduction] = ["sum"]
        for _ in range(samples):
            reductions += ("min", "max")
        seen = work.map(
            "pixels", grid, PixelsStep(span), [BlockInput(source)],
            [BlockOutput(f"y{at}") for at in range(samples)], reductions,
        )  # fmt: skip
        if seen.numbers[0]:
            raise ArgumentError(
                f"`INPUT` must be finite where a blur is undone, got NaN or infinity in plane {index} of "
                f"{self.array.path}; fill them in first."
            )
        found, limits, at_ends = [], [], (0, 0)
        for first, count in _pictures(samples):
            channels = seen.arrays[first : first + count]
            ends = [seen.numbers[1 + 2 * at : 3 + 2 * at] for at in range(first, first + count)]
            part = WorkPart(work, f"part{first}")
            darkest, brightest = min(low for low, _ in ends), max(high for _, high in ends)
            clipping, held = find_limits(part, channels, (darkest, brightest), "ends")
            solver = _solver(self.session, (count, grid.shape[0], grid.shape[1]), self.found, channel, clipping)
            blocks = solver.expected(self.block[1:])
            rest = blocks * (len(_pictures(samples)) * later) + blocks * (samples - first - count)
            found += solver.solve(part, channels, self.block[1:], rest)
            limits += [clipping] * count
            at_ends = (at_ends[0] + held[0], at_ends[1] + held[1])
        changed = work.map(
            "result", grid, ChangeStep(span, tuple(limits), dtype),
            [BlockInput(source), *map(BlockInput, found)],
            [BlockOutput("result", dtype.name, (samples,) if layout.plane_axes == 3 else ())], ["sum"],
        )  # fmt: skip
        work.drop(*seen.arrays, *(x.canvas for x in found))
        return changed.arrays[0], int(changed.numbers[0]), at_ends


def plan_steps(
    array: StoredArray, file: FileSource, found: Survey, session: Session, room: float, block: Sequence[int] | None
) -> StepsInBlocks:
    """How planes are cut so that the work takes ``room`` bytes.

    Args:
        array: the stack.
        file: the same, as blocks are read from it.
        found: its spans and noise.
        session: the method.
        room: bytes.
        block: how they were cut before; ``None``: by ``room``.

    Raises:
        ArgumentError: it is too little.
    """
    layout = array.layout
    rows, columns = layout.plane_shape[:2]
    samples = _samples(layout)
    if block is None:
        least = max(_PIXEL * columns * samples, _RESULT * rows * columns * samples * layout.dtype.itemsize)
        if least > room:
            raise ArgumentError(
                f"`memory` must leave {format_bytes(least)} for a plane of the result while it is written, got "
                f"{format_bytes(max(room, 0))}; allow more."
            )
        solver = _solver(session, (_pictures(samples)[0][1], rows, columns), found, 0, Limits())
        strip = min(rows, int(room / (_PIXEL * columns * samples)))
        block = (strip, *solver.sizes(room))
    return StepsInBlocks(array, file, found, session, tuple(block))


def _solver(session: Session, shape: tuple[int, int, int], found: Survey, channel: int, limits: Limits) -> BlockSolver:
    solver = session.in_blocks(shape, found.levels[channel], limits)
    assert solver is not None  # whoever plans has asked the method
    return solver


def _samples(layout: Layout) -> int:
    return layout.plane_shape[2] if layout.plane_axes == 3 else 1


def _pictures(samples: int) -> list[tuple[int, int]]:
    """The first sample of each picture, and how many it has: three are one in colour."""
    return [(0, 3)] if samples == 3 else [(at, 1) for at in range(samples)]


def _whole(array: BlockArray, layout: Layout) -> np.ndarray:
    """A plane, samples behind."""
    plane = array.read(tuple(slice(0, size) for size in array.shape))
    return np.moveaxis(plane, 0, -1) if layout.plane_axes == 3 else plane
