"""How much two patches are alike, for all pairs within a window."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import torch
from torch import Tensor
from typing_extensions import Self

from preimage.machine.threads import side_by_side
from preimage.models.sparse.strips import Columns, columns_of, strips
from preimage.models.sparse.windows import Tile

__all__ = ["GroupMap", "SimilarityMatrix", "kept_bytes", "kernel"]

# Matrices of up to this many numbers are kept, 256 MB in float32.
_KEPT = 1 << 26
# exp(x) = 2^(cx) with this c: powers of two are computed several times as fast, tiny ones and zeros most of all.
_TO_BASE_TWO = 1 / math.log(2)

# So many tiles below each other are mapped at once: fewer, larger operations, on numbers that are still in the cache.
_TOGETHER = 4

GroupMap = Callable[[Tensor, Tensor, Tensor], Tensor]
"""``f(sums of similarities (B, q, 1), of similarities times values of keys (B, q, a), values of queries (B, q, a))``.

The result is (B, q, a). The second may be overwritten where nothing is recorded.
"""
KeyMap = Callable[[Tensor], Tensor]
"""``f(values of the keys)``, entry by entry."""


def _same(values: Tensor) -> Tensor:
    return values


def kept_bytes(patches: int, keys: int) -> int:
    """Memory of the similarities of ``patches`` with ``keys`` each, without gradients: zero where none are kept."""
    return 4 * patches * keys if patches * keys <= _KEPT else 0


def kernel(features: Tensor, tile: Tile) -> Tensor:
    """``c_ij exp(-||f_i - f_j||^2)`` for the queries i and keys j of a tile, ``c`` being the counts ``tile.seen``.

    Shapes: ``features`` (B, n, m), the result (B, queries, keys).
    """
    here, there = (math.sqrt(_TO_BASE_TWO) * part for part in (tile.at_queries(features), tile.at_keys(features)))
    squares = here.square().sum(-1)[:, :, None] + there.square().sum(-1)[:, None, :]
    with torch.autocast(features.device.type, enabled=False):  # a small difference of large numbers
        distance = torch.baddbmm(squares, here, there.mT, alpha=-2).clamp_min(0)
    log_counts = tile.counts.log
    return (-distance if log_counts is None else log_counts - distance).exp2()


@dataclass(frozen=True)
class _Term:
    """``w exp(-||f_i - f_j||^2)``, to be computed whenever it is needed, in few passes over the pairs.

    Attributes:
        log_weight: logarithm of ``w``, ().
        features: (B, rows, columns, m).
    """

    log_weight: Tensor
    features: Columns

    def __mul__(self, factor: Tensor) -> Self:
        return type(self)(self.log_weight + factor.log(), self.features)

    def keys(self, first: int, last: int) -> Tensor:
        """Features with minus their squared length and one appended, (B, rows, columns, m + 2).

        The logarithm of a similarity is one product of them with ``[2 f, 1, -||f||^2]``.
        """
        features = self.features(first, last)
        squares = features.square().sum(-1, keepdim=True)
        return torch.cat([features, -squares, torch.ones_like(squares)], -1)

    def kernel(self, tile: Tile, strip: Tensor) -> Tensor:
        """Of the queries and keys of a tile, (B, queries, keys); ``strip`` is that of :meth:`keys`."""
        here, there = tile.own(strip), tile.within(strip)
        own, one = here[..., -2:-1], here[..., -1:]
        here = _TO_BASE_TWO * torch.cat([2 * here[..., :-2], one, own + self.log_weight], -1)
        with torch.autocast(here.device.type, enabled=False):
            return torch.bmm(here, there.mT).exp2_()


@dataclass(frozen=True)
class SimilarityMatrix:
    r"""``Sigma = sum_r w_r Sigma_r`` with ``Sigma_r[i, j] = exp(-||f_r[i] - f_r[j]||^2)`` inside the windows.

    The matrices are kept for backpropagation, and where they are small. Otherwise they are computed anew wherever they
    are needed, so that memory does not grow with the window.

    Attributes:
        tiles: the windows.
        terms: the terms of the sum, where matrices are computed anew.
        kernels: the matrix of each tile, where they are kept.
        sums: those of their rows, (B, queries, 1).
    """

    tiles: Sequence[Tile]
    terms: tuple[_Term, ...]
    kernels: tuple[Tensor, ...] | None = None
    sums: tuple[Tensor, ...] = ()

    @classmethod
    def of(cls, features: Tensor | Columns, tiles: Sequence[Tile]) -> Self:
        """``Sigma`` of one set of features, (B, n, m), or some columns of them at a time, (B, rows, columns, m)."""
        columns = columns_of(features, tiles[0].grid)
        like = columns(0, 1)
        size = len(like) * sum(tile.pairs for tile in tiles)
        if size <= _KEPT or torch.is_grad_enabled():
            return cls._kept(tiles, _kernels(columns, tiles))
        return cls(tiles, (_Term(like.new_zeros(()), columns),))

    @classmethod
    def _kept(cls, tiles: Sequence[Tile], kernels: Iterable[Tensor]) -> Self:
        pairs = [(matrix, matrix.sum(-1, keepdim=True)) for matrix in kernels]
        return cls(tiles, (), tuple(matrix for matrix, _ in pairs), tuple(total for _, total in pairs))

    def mixed(self, features: Tensor | Columns, share: Tensor) -> Self:
        """``(1 - share) Sigma + share Sigma(features)``; without gradients, in place of kept matrices."""
        columns = columns_of(features, self.tiles[0].grid)
        if self.kernels is None:
            kept = tuple(term * (1 - share) for term in self.terms)
            return type(self)(self.tiles, (*kept, _Term(share.log(), columns)))
        pairs = zip(self.kernels, _kernels(columns, self.tiles), strict=True)
        if torch.is_grad_enabled():
            return self._kept(self.tiles, (torch.lerp(old, new, share) for old, new in pairs))
        for total, (old, new) in zip(self.sums, pairs, strict=True):
            torch.sum(old.lerp_(new, share), -1, keepdim=True, out=total)
        return self

    def weights(self, number: int) -> Tensor:
        """``Sigma`` of the tile ``number``, (B, queries, keys)."""
        reach = self.tiles[number].columns
        return self._weights(number, [term.keys(reach.first, reach.last) for term in self.terms])

    def mapped(self, values: Tensor, function: GroupMap, of_keys: KeyMap = _same, in_place: bool = False) -> Tensor:
        """``function`` of the sums of similarities, of similarities times ``of_keys(values)``, and of ``values``.

        ``values`` are (B, n, ...). In place, a result is written as soon as it is known.
        """
        if len(self.tiles) == 1:
            weights = self.weights(0)
            return function(self._total(0, weights), weights @ of_keys(values), values)
        grid = values.unflatten(1, self.tiles[0].grid)
        numbers = [list(strip) for _, strip in groupby(range(len(self.tiles)), lambda k: self.tiles[k].columns)]
        reaches = [self.tiles[strip[0]].columns for strip in numbers]
        near = strips(lambda first, last: of_keys(grid[:, :, first:last]), reaches)
        terms = [strips(term.keys, reaches) for term in self.terms]
        together = max(1, min(_TOGETHER, len(numbers[0]) // (2 * torch.get_num_threads())))
        results = []
        with side_by_side(values.device, 1 if torch.is_grad_enabled() else None) as each:
            for strip, _ in zip(numbers, reaches, strict=True):
                work = self._work(grid, function, next(near), [next(term) for term in terms], in_place)
                parts = list(each(work, [strip[k : k + together] for k in range(0, len(strip), together)]))
                del work  # and its strips, before the next ones are made
                if not in_place:
                    results.append(torch.cat(parts, 1))
        return values if in_place else torch.cat(results, 2).flatten(1, 2)

    def _work(
        self, grid: Tensor, function: GroupMap, near: Tensor, terms: Sequence[Tensor], in_place: bool
    ) -> Callable[[Sequence[int]], Tensor]:
        """The result of tiles below each other by their numbers, (B, rows, columns, ...), in the strip of these keys.

        In place it is written, too: strips to come have what they need of these columns.
        """

        def work(numbers: Sequence[int]) -> Tensor:
            totals, products = [], []
            for number in numbers:
                weights = self._weights(number, terms)
                totals.append(self._total(number, weights))
                products.append(weights @ self.tiles[number].within(near))
            first, last = self.tiles[numbers[0]], self.tiles[numbers[-1]]
            here = grid[:, first.rows.start : last.rows.stop, first.columns.start : first.columns.stop]
            result = function(torch.cat(totals, 1), torch.cat(products, 1), here.flatten(1, 2))
            result = result.unflatten(1, (here.shape[1], -1))
            if in_place:
                here.copy_(result)
            return result

        return work

    def _total(self, number: int, weights: Tensor) -> Tensor:
        """The sums of the rows of ``weights``, which are those of the tile ``number``."""
        return self.sums[number] if self.sums else weights.sum(-1, keepdim=True)

    def _weights(self, number: int, strips: Sequence[Tensor]) -> Tensor:
        if self.kernels is not None:
            return self.kernels[number]
        tile = self.tiles[number]
        total, *others = (term.kernel(tile, strip) for term, strip in zip(self.terms, strips, strict=True))
        for other in others:
            total.add_(other)
        return tile.counts.times_(total)


def _kernels(columns: Columns, tiles: Sequence[Tile]) -> Iterator[Tensor]:
    """The matrix of each tile; without gradients, in few passes over the pairs."""
    if torch.is_grad_enabled() or len(tiles) == 1:
        features = columns(0, tiles[0].grid[1]).flatten(1, 2)
        yield from (kernel(features, tile) for tile in tiles)
        return
    term = _Term(columns(0, 1).new_zeros(()), columns)
    groups = [list(group) for _, group in groupby(tiles, lambda tile: tile.columns)]
    for group, strip in zip(groups, strips(term.keys, [group[0].columns for group in groups]), strict=True):
        for tile in group:
            yield tile.counts.times_(term.kernel(tile, strip).clamp_max_(1))
