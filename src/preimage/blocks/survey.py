"""What is to be known of an array before the work, found block by block while it is copied."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from preimage.blocks.array import BlockArray
from preimage.blocks.grid import BlockGrid, Halo
from preimage.blocks.sources import BlockSource
from preimage.blocks.stage import BlockInput, BlockResult, Surroundings
from preimage.blocks.workspace import BlockOutput, Workspace
from preimage.errors import ImageFileError
from preimage.files.stacks.stored import Box

__all__ = ["ArrayFacts", "bright_box", "copy_array"]


@dataclass(frozen=True)
class ArrayFacts:
    """What all values are like.

    Attributes:
        least: the smallest value.
        mean: the mean of all values.
        darkest: the least mean of cubes of some side, beginning at the first value.
    """

    least: float
    mean: float
    darkest: float


@dataclass(frozen=True)
class CopyStep:
    """A block in single precision; its numbers: values that are not finite, the least, the sum, the least mean.

    Attributes:
        sides: the sides of the cubes of which means are taken.
        shape: the values of the array along each axis.
    """

    sides: tuple[int, ...]
    shape: tuple[int, ...]

    def halo(self) -> Halo:
        """Cubes that begin in a block end beyond it."""
        return Halo((0,) * len(self.sides), tuple(side - 1 for side in self.sides))

    def __call__(self, box: Box, inputs: Sequence[Surroundings]) -> BlockResult:
        """Copy a block and see what its values are like."""
        (seen,) = inputs
        values = seen.core(seen.values, box)
        finite = np.isfinite(values)
        numbers = (
            float(values.size - np.count_nonzero(finite)), float(values.min()), float(values.sum(dtype=np.float64)),
            self._darkest(box, seen.values),
        )  # fmt: skip
        return BlockResult((values.astype(np.float32),), numbers)

    def _darkest(self, box: Box, values: np.ndarray) -> float:
        """Of cubes at multiples of their sides that lie in the array and begin in the block."""
        cut = []
        for part, side, size in zip(box, self.sides, self.shape, strict=True):
            first = -(-part.start // side)
            last = min(-(-part.stop // side), size // side)  # the first cube that begins behind, or sticks out
            if last <= first:
                return math.inf
            cut.append(slice(first * side - part.start, last * side - part.start))
        inner = values[tuple(cut)]
        split = [n for size, side in zip(inner.shape, self.sides, strict=True) for n in (size // side, side)]
        return float(inner.reshape(split).mean(tuple(range(1, len(split), 2)), dtype=np.float64).min())


def copy_array(work: Workspace, source: BlockSource, grid: BlockGrid, side: int) -> tuple[BlockArray, ArrayFacts]:
    """``source`` as an array of blocks, and what its values are like.

    Args:
        work: where it goes.
        source: finite values.
        grid: the blocks.
        side: the side of the cubes of which the darkest is looked for.

    Raises:
        ImageFileError: a value is NaN or infinite.
    """
    step = CopyStep(tuple(min(side, size) for size in grid.shape), grid.shape)
    found = work.map(
        "copy", grid, step, [BlockInput(source, step.halo())], [BlockOutput("y")], ["sum", "min", "sum", "min"]
    )
    wrong, least, total, darkest = found.numbers
    if wrong:
        raise ImageFileError(f"`input` must hold finite values, got {wrong:.0f} that are NaN or infinite; mend them.")
    return found.arrays[0], ArrayFacts(least, total / math.prod(grid.shape), darkest)


def bright_box(array: BlockArray, most: int) -> Box:
    """At most ``most`` values, all planes of some rows and columns: the brighter half, as often as needed."""
    box = [slice(0, size) for size in array.shape]
    while math.prod(part.stop - part.start for part in box) > most and max(_length(box[-2]), _length(box[-1])) > 1:
        axis = -1 if _length(box[-1]) >= _length(box[-2]) else -2
        middle = box[axis].start + (_length(box[axis]) + 1) // 2
        halves = [list(box), list(box)]
        halves[0][axis], halves[1][axis] = slice(box[axis].start, middle), slice(middle, box[axis].stop)
        first, second = (_mean(array, tuple(half)) for half in halves)
        box = halves[0] if first >= second else halves[1]
    return tuple(box)


def _length(part: slice) -> int:
    return part.stop - part.start


def _mean(array: BlockArray, box: Box) -> float:
    """The mean within ``box``, a block at a time."""
    total = []
    for index in array.grid.overlapping(box):
        have = array.grid.box(index)
        part = tuple(slice(max(a.start, b.start), min(a.stop, b.stop)) for a, b in zip(box, have, strict=True))
        total.append(float(array.read(part).sum(dtype=np.float64)))
    return math.fsum(total) / math.prod(map(_length, box))
