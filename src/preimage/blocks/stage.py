"""One pass over all blocks: a pure function of what surrounds a block to that block."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from preimage.blocks.array import BlockArray, put_file
from preimage.blocks.grid import BlockGrid, BlockIndex, Halo
from preimage.blocks.sources import BlockSource
from preimage.files.stacks.stored import Box
from preimage.machine.threads import use_threads

__all__ = ["BlockInput", "BlockResult", "BlockStage", "BlockStep", "Surroundings"]


@dataclass(frozen=True)
class Surroundings:
    """What one input has around a block.

    Attributes:
        values: the values that are there, with further axes in front where the array has some.
        lacking: how many values beyond the array's own border the step asks for, before and after along each axis; at
            the border of a block nothing is lacking.
        offset: where the block begins in ``values``, along each axis.
    """

    values: np.ndarray
    lacking: tuple[tuple[int, int], ...]
    offset: tuple[int, ...]

    def core(self, values: Any, box: Box) -> Any:
        """Those of ``values``, an array or tensor like the one here, that lie in the block ``box``."""
        inside = (slice(start, start + part.stop - part.start) for start, part in zip(self.offset, box, strict=True))
        return values[(..., *inside)]


@dataclass(frozen=True)
class BlockInput:
    """An array that a step reads.

    Attributes:
        source: the array.
        halo: how far around the block; ``None``: the block alone.
    """

    source: BlockSource
    halo: Halo | None = None

    def around(self, box: Box) -> Surroundings:
        """What there is around a block."""
        halo = Halo.none(len(box)) if self.halo is None else self.halo
        there, lacking = halo.around(box, self.source.shape)
        offset = tuple(part.start - seen.start for part, seen in zip(box, there, strict=True))
        return Surroundings(self.source.read(there), lacking, offset)


@dataclass(frozen=True)
class BlockResult:
    """What a step gives.

    Attributes:
        arrays: the block of each output.
        numbers: what is reduced over all blocks.
    """

    arrays: tuple[np.ndarray, ...] = ()
    numbers: tuple[float, ...] = ()


BlockStep = Callable[[Box, Sequence[Surroundings]], BlockResult]


@dataclass(frozen=True)
class BlockStage:
    """A step for every block of a grid.

    A block is done when its mark is there, which is written last; so a block may be computed twice, and is the same.

    Attributes:
        grid: the blocks.
        step: the function: ``step(box, inputs)``. It is a value that can be sent to another process.
        inputs: what it reads.
        outputs: what it writes, with as many blocks in the same order.
        marks: the folder of marks.
        threads: threads of a block.
    """

    grid: BlockGrid
    step: BlockStep
    inputs: tuple[BlockInput, ...]
    outputs: tuple[BlockArray, ...]
    marks: Path
    threads: int | None = None

    def compute(self, index: BlockIndex) -> None:
        """Compute a block and write it."""
        box = self.grid.box(index)
        with use_threads(self.threads), torch.no_grad():
            result = self.step(box, [each.around(box) for each in self.inputs])
        for array, values in zip(self.outputs, result.arrays, strict=True):
            array.write(self._own(array.grid, index), values)
        put_file(self.mark(index), json.dumps(result.numbers).encode())

    def _own(self, grid: BlockGrid, index: BlockIndex) -> BlockIndex:
        """The block of ``grid`` with the number of the block ``index``."""
        if grid == self.grid:
            return index
        number = np.ravel_multi_index(index, self.grid.counts)
        return tuple(int(at) for at in np.unravel_index(number, grid.counts))

    def mark(self, index: BlockIndex) -> Path:
        """What is there when a block is done: its numbers."""
        return self.marks / f"{'.'.join(map(str, index))}.json"

    def missing(self) -> list[BlockIndex]:
        """The blocks that are not done."""
        there = {path.name for path in self.marks.iterdir()} if self.marks.is_dir() else set()
        return [index for index in self.grid.indices() if self.mark(index).name not in there]

    def numbers(self) -> list[tuple[float, ...]]:
        """Those of all blocks, in order."""
        return [tuple(json.loads(self.mark(index).read_bytes())) for index in self.grid.indices()]
