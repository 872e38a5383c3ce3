"""Which patches are neighbours: a window around every patch of a grid, in tiles."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

__all__ = ["Reach", "Tile", "tiles"]

# A grid of at most this many patches is one tile (the blocks of a training); larger ones get small tiles, whose
# neighbourhood is not much larger than the window.
_ONE_TILE = 2304
_SIDE = 8


@dataclass(frozen=True)
class Reach:
    """Along one axis of the grid: the patches of a tile, [start, stop), and those in reach, [first, last)."""

    start: int
    stop: int
    first: int
    last: int

    @classmethod
    def of(cls, start: int, side: int, length: int, window: int) -> "Reach":
        """The tile that starts at ``start``, in a grid of ``length`` patches."""
        stop = min(start + side, length)
        return cls(start, stop, max(0, start - (window - 1) // 2), min(length, stop + window // 2))

    def seen(self, window: int) -> Tensor:
        """Which patches in reach (columns) are in the window of each patch of the tile (rows)."""
        apart = torch.arange(self.first, self.last) - torch.arange(self.start, self.stop)[:, None]
        return (apart >= -((window - 1) // 2)) & (apart <= window // 2)

    def same(self) -> Tensor:
        """Which patch in reach (columns) is each patch of the tile (rows)."""
        return torch.arange(self.first, self.last) == torch.arange(self.start, self.stop)[:, None]

    def shape(self) -> tuple[int, int, int]:
        """What tiles with the same windows have in common."""
        return self.stop - self.start, self.start - self.first, self.last - self.start


@dataclass(frozen=True)
class Tile:
    """Some patches of a grid, the queries, and the keys: all that any of them may compare itself with.

    Attributes:
        rows, columns: where they are.
        grid: rows and columns of the whole grid.
        log_seen: logarithm of ``seen`` to the base two; ``None`` where all of that is one.
    """

    rows: Reach
    columns: Reach
    grid: tuple[int, int]
    log_seen: Tensor | None

    @property
    def seen(self) -> Tensor | None:
        """For how many patches each key speaks to each query: one for the query itself, none outside its window.

        (queries, keys), or ``None`` where all of it is one.
        """
        return None if self.log_seen is None else self.log_seen.exp2()

    @property
    def pairs(self) -> int:
        """Queries times keys."""
        return math.prod((r.stop - r.start) * (r.last - r.first) for r in (self.rows, self.columns))

    @property
    def queries(self) -> Tensor:
        """Numbers of the queries in the grid, row by row."""
        return self.at_queries(torch.arange(self.grid[0] * self.grid[1])[None, :, None]).flatten()

    @property
    def keys(self) -> Tensor:
        """Numbers of the keys."""
        return self.at_keys(torch.arange(self.grid[0] * self.grid[1])[None, :, None]).flatten()

    def at_queries(self, values: Tensor) -> Tensor:
        """Those of ``values`` (B, n, ...) that belong to queries, (B, q, ...)."""
        return self._inside(values)[:, :, self.columns.start : self.columns.stop].flatten(1, 2)

    def at_keys(self, values: Tensor) -> Tensor:
        """Those of ``values`` (B, n, ...) that belong to keys, (B, k, ...)."""
        return self.within(self.strip(values))

    def strip(self, values: Tensor) -> Tensor:
        """The columns of ``values`` (B, n, ...) that have keys, (B, rows of the grid, columns, ...)."""
        return values.unflatten(1, self.grid)[:, :, self.columns.first : self.columns.last]

    def within(self, strip: Tensor) -> Tensor:
        """Those of a strip that belong to keys, (B, k, ...): nothing is copied where the strip is contiguous."""
        return strip[:, self.rows.first : self.rows.last].flatten(1, 2)

    def _inside(self, values: Tensor) -> Tensor:
        return values.unflatten(1, self.grid)[:, self.rows.start : self.rows.stop]


def tiles(rows: int, columns: int, window: int, like: Tensor, density: float = 1.0) -> list[Tile]:
    """Cut a grid of patches into tiles, strip by strip from left to right, each from top to bottom.

    A patch at (r, c) is compared with those at rows ``r - (window - 1) // 2`` to ``r + window // 2`` of the grid, and
    likewise for columns: as many on both sides where ``window`` is odd, and one more after where it is even.

    Args:
        window: in patches.
        like: its dtype and device are those of the result.
        density: for how many patches of a full grid each patch of this one stands. Every patch but the query itself
            counts as many times, so that sums over a window are about those of the full grid.
    """
    side = max(rows, columns) if rows * columns <= _ONE_TILE else _SIDE
    known: dict[tuple[tuple[int, int, int], ...], Tensor | None] = {}
    out = []
    for left in range(0, columns, side):
        for top in range(0, rows, side):
            row, column = Reach.of(top, side, rows, window), Reach.of(left, side, columns, window)
            kind = row.shape(), column.shape()
            if kind not in known:  # most tiles share theirs
                seen = row.seen(window)[:, None, :, None] & column.seen(window)[None, :, None, :]
                itself = row.same()[:, None, :, None] & column.same()[None, :, None, :]
                counts = density * seen.to(like.real.dtype) + (1 - density) * itself.to(like.real.dtype)
                logs = counts.log2().flatten(2).flatten(0, 1).to(like.device)
                known[kind] = None if bool((logs == 0).all()) else logs
            out.append(Tile(row, column, (rows, columns), known[kind]))
    return out
