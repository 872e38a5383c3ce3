"""Arrays cut into blocks, and what a block depends on."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from preimage.errors import ArgumentError
from preimage.files.stacks.stored import Box
from preimage.machine.memory import format_bytes

__all__ = ["BlockGrid", "BlockIndex", "Halo", "choose_block"]

BlockIndex = tuple[int, ...]
"""Which block along each axis."""


@dataclass(frozen=True)
class BlockGrid:
    """An array of any dimension cut into boxes of one size; those at the ends may be smaller.

    Attributes:
        shape: the values of the array along each axis.
        block: those of a block.

    Raises:
        ArgumentError: another number of axes, or a size below one.
    """

    shape: tuple[int, ...]
    block: tuple[int, ...]

    def __post_init__(self) -> None:
        """Require sizes of at least one."""
        if len(self.block) != len(self.shape) or not self.shape or min(*self.shape, *self.block) < 1:
            raise ArgumentError(
                f"`block` must have a size of at least 1 for each axis of {self.shape}, got {self.block}; name each."
            )

    @property
    def counts(self) -> tuple[int, ...]:
        """How many blocks there are along each axis."""
        return tuple(-(-size // block) for size, block in zip(self.shape, self.block, strict=True))

    @property
    def count(self) -> int:
        """How many blocks there are."""
        return math.prod(self.counts)

    def indices(self) -> Iterator[BlockIndex]:
        """All blocks, in C order."""
        return product(*map(range, self.counts))

    def box(self, index: BlockIndex) -> Box:
        """The values of a block."""
        return tuple(
            slice(at * block, min(size, (at + 1) * block))
            for at, block, size in zip(index, self.block, self.shape, strict=True)
        )

    def overlapping(self, box: Box) -> Iterator[BlockIndex]:
        """The blocks that hold some of the values of ``box``."""
        return product(
            *(range(part.start // size, -(-part.stop // size)) for part, size in zip(box, self.block, strict=True))
        )


@dataclass(frozen=True)
class Halo:
    """How far the values that a block depends on reach beyond it, along each axis.

    Attributes:
        before: values in front of the first.
        after: values behind the last.
    """

    before: tuple[int, ...]
    after: tuple[int, ...]

    @staticmethod
    def none(axes: int) -> "Halo":
        """A block depends on its own values."""
        return Halo((0,) * axes, (0,) * axes)

    @staticmethod
    def even(width: int, axes: int) -> "Halo":
        """As far in all directions."""
        return Halo((width,) * axes, (width,) * axes)

    def around(self, box: Box, shape: Sequence[int]) -> tuple[Box, tuple[tuple[int, int], ...]]:
        """The values around a block that an array of ``shape`` has, and how many it lacks before and after."""
        boxes, lacking = [], []
        for part, before, after, size in zip(box, self.before, self.after, shape, strict=True):
            start, stop = part.start - before, part.stop + after
            boxes.append(slice(max(start, 0), min(stop, size)))
            lacking.append((max(-start, 0), max(stop - size, 0)))
        return tuple(boxes), tuple(lacking)


def choose_block(
    shape: Sequence[int],
    margins: Sequence[int],
    needs: Callable[[tuple[int, ...]], float],
    room: float,
    multiples: Sequence[int] | None = None,
    work: Callable[[tuple[int, ...]], float] | None = None,
) -> tuple[int, ...]:
    """The block that fits in memory and computes least twice: axes are cut where that costs least for what it frees.

    Args:
        shape: the values of the array along each axis.
        margins: how many values beyond a block are computed with it, along each axis.
        needs: the bytes that the work on a block of some size takes.
        room: the bytes there are.
        multiples: blocks are multiples of them, one for each axis; 1 by default.
        work: what is computed for a block of some size; by default its values and those of its margins. Of the blocks
            that are nearly the same, that with the least work on the array is taken.

    Raises:
        ArgumentError: not even the smallest block fits.
    """
    steps = (1,) * len(shape) if multiples is None else tuple(multiples)

    def size(axis: int, count: int) -> int:
        return math.ceil(math.ceil(shape[axis] / count) / steps[axis]) * steps[axis]

    counts = [1] * len(shape)
    block = tuple(size(axis, 1) for axis in range(len(shape)))
    while needs(block) > room:
        found: list[tuple[float, int, int]] = []
        for axis in range(len(shape)):
            if block[axis] > steps[axis]:
                count = next(n for n in range(counts[axis] + 1, 2 * shape[axis] + 2) if size(axis, n) < block[axis])
                cut = size(axis, count)
                grown = (cut + margins[axis]) / cut * block[axis] / (block[axis] + margins[axis])
                found.append((math.log(grown) / math.log(block[axis] / cut), axis, count))
        if not found:
            raise ArgumentError(
                f"`memory` must leave {format_bytes(needs(block))} for a block, got {format_bytes(max(room, 0))}; "
                "allow more."
            )
        _, axis, counts[axis] = min(found)
        block = tuple(size(each, counts[each]) for each in range(len(shape)))
    done = work or (lambda block: math.prod(one + more for one, more in zip(block, margins, strict=True)))
    sizes = [
        sorted({size(axis, count) for count in range(max(1, at - 3), at + 4)}, reverse=True)
        for axis, at in enumerate(counts)
    ]
    block = min(
        (near for near in product(*sizes) if needs(near) <= room),
        key=lambda near: done(near) * BlockGrid(tuple(shape), near).count,
    )
    return tuple(min(one, -(-n // step) * step) for one, n, step in zip(block, shape, steps, strict=True))
