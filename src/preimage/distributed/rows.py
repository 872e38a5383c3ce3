"""Rows of a sharded image that processes need of each other: halos, and what falls into them on the way back."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from preimage.distributed.placement import Placement

__all__ = ["Rows", "fold_rows", "take_rows"]


@dataclass(frozen=True)
class Rows:
    """The rows of the whole that one process asks for: some before, a range, some after.

    Attributes:
        before, after: rows of the whole in any order, such as those of a mirrored border; -1 is a row of zeros.
        start, stop: the range between them.
    """

    start: int
    stop: int
    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()

    @property
    def count(self) -> int:
        """How many rows these are."""
        return len(self.before) + self.stop - self.start + len(self.after)

    def inside(self, place: Placement, rank: int) -> tuple[int, int]:
        """The part of the range that process ``rank`` holds; empty where the ends meet."""
        sizes = place.lengths
        first = sum(sizes[:rank])
        low = min(max(self.start, first), self.stop)
        return low, max(low, min(self.stop, first + sizes[rank]))

    def others(self, place: Placement, rank: int) -> tuple[list[int], list[int]]:
        """The rows that are not in the range of ``rank`` itself, and their positions among those asked for."""
        low, high = self.inside(place, rank)
        rows = [*self.before, *range(self.start, low), *range(high, self.stop), *self.after]
        head = len(self.before) + low - self.start
        positions = [*range(head), *range(head + high - low, self.count)]
        return rows, positions


def take_rows(local: Tensor, place: Placement, asked: tuple[Rows, ...]) -> Tensor:
    """The rows that each process asks for; gradients flow back to whom they came from.

    Args:
        local: this process' part.
        place: how the whole is shared.
        asked: what each process asks for, known to all.
    """
    return _Take.apply(local, place, asked)


def fold_rows(rows: Tensor, place: Placement, asked: tuple[Rows, ...]) -> Tensor:
    """The adjoint of :func:`take_rows`: every row is added to the row it was taken from."""
    return _Fold.apply(rows, place, asked)


class _Take(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, local: Tensor, place: Placement, asked: tuple[Rows, ...]) -> Tensor:
        ctx.how = (place, asked)
        return _taken(local, place, asked)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None]:
        return _Fold.apply(grads[0], *ctx.how), None, None


class _Fold(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, rows: Tensor, place: Placement, asked: tuple[Rows, ...]) -> Tensor:
        ctx.how = (place, asked)
        return _folded(rows, place, asked)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None]:
        return _Take.apply(grads[0], *ctx.how), None, None


def _wanted(place: Placement, asked: tuple[Rows, ...], by: int, of: int) -> list[int]:
    """The rows of process ``of`` that ``by`` asks for, each once, in order."""
    first = sum(place.lengths[:of])
    rows, _ = asked[by].others(place, by)
    return sorted({row for row in rows if first <= row < first + place.lengths[of]})


def _index(rows: list[int], like: Tensor) -> Tensor:
    return torch.tensor(rows, dtype=torch.int64, device=like.device)


def _neighbours(place: Placement, asked: tuple[Rows, ...]) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """What this process gives to, and takes from, each of the others."""
    me = place.mesh.rank
    others = [rank for rank in range(place.mesh.size) if rank != me]
    give = {rank: rows for rank in others if (rows := _wanted(place, asked, rank, me))}
    take = {rank: rows for rank in others if (rows := _wanted(place, asked, me, rank))}
    return give, take


def _taken(local: Tensor, place: Placement, asked: tuple[Rows, ...]) -> Tensor:
    me, dim, start = place.mesh.rank, place.dim, place.start
    give, take = _neighbours(place, asked)
    inbox = {rank: _rows_like(local, dim, len(rows)) for rank, rows in take.items()}
    outbox = [(rank, local.index_select(dim, _index([r - start for r in rows], local))) for rank, rows in give.items()]
    place.mesh.exchange(outbox, list(inbox.items()))
    mine = asked[me]
    out = _rows_like(local, dim, mine.count)
    low, high = mine.inside(place, me)
    out.narrow(dim, len(mine.before) + low - mine.start, high - low).copy_(local.narrow(dim, low - start, high - low))
    rows, positions = mine.others(place, me)
    sources = {row: (inbox[rank], number) for rank, held in take.items() for number, row in enumerate(held)}
    for row, position in zip(rows, positions, strict=True):
        source, number = sources.get(row, (local, row - start))
        target = out.narrow(dim, position, 1)
        target.zero_() if row < 0 else target.copy_(source.narrow(dim, number, 1))
    return out


def _folded(given: Tensor, place: Placement, asked: tuple[Rows, ...]) -> Tensor:
    me, dim, start = place.mesh.rank, place.dim, place.start
    give, take = _neighbours(place, asked)
    out = _rows_like(given, dim, place.lengths[me]).zero_()
    mine = asked[me]
    low, high = mine.inside(place, me)
    out.narrow(dim, low - start, high - low).copy_(given.narrow(dim, len(mine.before) + low - mine.start, high - low))
    sums = {rank: _rows_like(given, dim, len(rows)).zero_() for rank, rows in take.items()}
    targets = {row: (sums[rank], number) for rank, held in take.items() for number, row in enumerate(held)}
    for row, position in zip(*mine.others(place, me), strict=True):
        if row >= 0:
            target, number = targets.get(row, (out, row - start))
            target.narrow(dim, number, 1).add_(given.narrow(dim, position, 1))
    inbox = {rank: _rows_like(given, dim, len(rows)) for rank, rows in give.items()}
    place.mesh.exchange(list(sums.items()), list(inbox.items()))
    for rank, rows in give.items():
        out.index_add_(dim, _index([row - start for row in rows], given), inbox[rank])
    return out


def _rows_like(x: Tensor, dim: int, count: int) -> Tensor:
    """An empty tensor like ``x`` with ``count`` rows."""
    return x.new_empty((*x.shape[:dim], count, *x.shape[dim + 1 :]))
