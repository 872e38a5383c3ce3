"""Which patches are neighbours: a window around every patch of a grid, in tiles."""

import math
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

__all__ = ["Counts", "Reach", "Tile", "tiles"]

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

    def shape(self) -> tuple[int, int, int]:
        """What tiles with the same windows have in common."""
        return self.stop - self.start, self.start - self.first, self.last - self.start


@dataclass(frozen=True)
class Counts:
    """For how many patches each key of a tile speaks to each query: one for the query itself, none outside its window.

    Attributes:
        rows, columns: one where a key is in the window of a query, along each axis, (queries, keys).
        ahead: of how many rows and columns of keys before its first query the tile has.
        density: what keys count that are seen, but the query itself.
    """

    rows: Tensor
    columns: Tensor
    ahead: tuple[int, int]
    density: float

    @cached_property
    def log(self) -> Tensor | None:
        """Their logarithm to the base two, (queries, keys); ``None`` where all of that is zero."""
        one = self.rows.new_ones(1, len(self.rows) * len(self.columns), self.rows.shape[1] * self.columns.shape[1])
        logs = self.times_(one)[0].log2()
        return None if bool((logs == 0).all()) else logs

    def times_(self, weights: Tensor) -> Tensor:
        """``weights`` (B, queries, keys) times the counts, in place: along one axis after the other."""
        sides, keys = (len(self.rows), len(self.columns)), (self.rows.shape[1], self.columns.shape[1])
        grid = weights.unflatten(1, sides)
        for factor in self._factors:
            grid *= factor
        if self.density != 1:
            itself = grid.unflatten(3, keys).diagonal(self.ahead[0], 1, 3).diagonal(self.ahead[1], 1, 2)
            itself /= self.density
        return weights

    @cached_property
    def _factors(self) -> list[Tensor]:
        """Those of the axes that are not one everywhere, (rows or 1, columns or 1, keys): quick with keys in one go."""
        shape = -1, -1, self.rows.shape[1], self.columns.shape[1]
        along = self.density * self.rows[:, None, :, None], self.columns[None, :, None, :]
        return [factor.expand(shape).flatten(2) for factor in along if bool((factor != 1).any())]


@dataclass(frozen=True)
class Tile:
    """Some patches of a grid, the queries, and the keys: all that any of them may compare itself with.

    Attributes:
        rows, columns: where they are.
        grid: rows and columns of the whole grid.
        counts: for how many patches the keys speak to the queries.
    """

    rows: Reach
    columns: Reach
    grid: tuple[int, int]
    counts: Counts

    @property
    def seen(self) -> Tensor | None:
        """The counts, (queries, keys), or ``None`` where all of them are one."""
        return None if self.counts.log is None else self.counts.log.exp2()

    @property
    def pairs(self) -> int:
        """The number of pairs of a query and a key."""
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

    def own(self, strip: Tensor) -> Tensor:
        """Those of a strip that belong to queries, (B, q, ...)."""
        start, stop = (place - self.columns.first for place in (self.columns.start, self.columns.stop))
        return strip[:, self.rows.start : self.rows.stop, start:stop].flatten(1, 2)

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
    tall, wide = ([Reach.of(at, side, length, window) for at in range(0, length, side)] for length in (rows, columns))
    known: dict[tuple[tuple[int, int, int], ...], Counts] = {}
    out = []
    for column in wide:
        for row in tall:
            kind = row.shape(), column.shape()
            if kind not in known:  # most tiles share theirs
                seen = (reach.seen(window).to(like.real) for reach in (row, column))
                known[kind] = Counts(*seen, ahead=(kind[0][1], kind[1][1]), density=density)
            out.append(Tile(row, column, (rows, columns), known[kind]))
    return out
