"""Some columns of a grid of patches at a time, from left to right."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from typing_extensions import Self

from preimage.models.sparse.windows import Reach

__all__ = ["Columns", "columns_of", "strips"]

Columns = Callable[[int, int], Tensor]
"""``f(first, last)``: values of the columns [first, last) of a grid of patches, (B, rows, columns, m)."""

# By how many columns a block may move on in memory before it is copied to the start.
_ROOM = 256


def columns_of(values: Tensor | Columns, grid: tuple[int, int]) -> Columns:
    """Those of ``values`` (B, n, m)."""
    if not isinstance(values, Tensor):
        return values
    held = values.unflatten(1, grid)
    return lambda first, last: held[:, :, first:last]


def strips(columns: Columns, reaches: Iterable[Reach]) -> Iterator[Tensor]:
    """The columns in each reach as one block of memory, (B, rows, columns, m), good until the next is asked for.

    No end of a reach may lie to the left of that before. Without gradients, each column is asked for once.
    """
    block = None
    for reach in reaches:
        if torch.is_grad_enabled():
            yield columns(reach.first, reach.last).contiguous()
            continue
        block = _Block.of(reach, [columns(reach.first, reach.last)]) if block is None else block.at(reach, columns)
        yield block.values


@dataclass(frozen=True)
class _Block:
    """Columns of a grid, row by row, in a little more memory than they need.

    Attributes:
        memory: (B, patches, m).
        start: where the block starts in it.
        rows: the rows of the grid.
        reach: which columns.
    """

    memory: Tensor
    start: int
    rows: int
    reach: Reach

    @classmethod
    def of(cls, reach: Reach, parts: Sequence[Tensor]) -> Self:
        """Copied from parts that lie side by side."""
        batch, rows, _, *rest = parts[0].shape
        memory = parts[0].new_empty(batch, rows * (reach.last - reach.first) + _ROOM, *rest)
        block = cls(memory, 0, rows, reach)
        for place, part in zip(block.values.split([part.shape[2] for part in parts], 2), parts, strict=True):
            place.copy_(part)
        return block

    @property
    def width(self) -> int:
        """The number of columns."""
        return self.reach.last - self.reach.first

    @property
    def values(self) -> Tensor:
        """(B, rows, columns, m)."""
        return self.memory.narrow(1, self.start, self.rows * self.width).unflatten(1, (self.rows, self.width))

    def at(self, reach: Reach, columns: Columns) -> Self:
        """The block further right, over this one where that is possible.

        In a block of the same width that starts ``s`` patches further on in memory, each row has lost its first ``s``
        patches and ends in the first ``s`` of the next row, which that has lost as well: the columns to come are
        written there, and nothing has to move.
        """
        kept = self.values[:, :, reach.first - self.reach.first :]
        if reach.last == self.reach.last:
            return self.of(reach, [kept])
        fresh = columns(self.reach.last, reach.last)
        step = fresh.shape[2]
        moved = replace(self, start=self.start + step, reach=reach)
        if moved.width != self.width or moved.start + moved.rows * moved.width > self.memory.shape[1]:
            return self.of(reach, [kept, fresh])
        moved.values[:, :, -step:].copy_(fresh)
        return moved
