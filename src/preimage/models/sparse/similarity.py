"""How much two patches are alike, for all pairs within a window."""

import math
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import torch
from torch import Tensor
from typing_extensions import Self

from preimage.models.sparse.parallel import Each, side_by_side
from preimage.models.sparse.windows import Reach, Tile

__all__ = ["Similarity", "TileMap", "kept_bytes", "kernel"]

# Matrices of up to this many numbers are kept, 256 MB in float32.
_KEPT = 1 << 26
# exp(x) = 2^(cx) with this c: powers of two are computed several times as fast, tiny ones and zeros most of all.
_TO_BASE_TWO = 1 / math.log(2)

TileMap = Callable[[Tensor, Tensor, Tensor], Tensor]
"""``f(similarities (B, q, k), values of the queries (B, q, a), values of the keys (B, k, a))``, (B, q, a)."""
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
    return (-distance if tile.log_seen is None else tile.log_seen - distance).exp2()


@dataclass(frozen=True)
class _Term:
    """``w c_ij exp(-||f_i - f_j||^2)``, to be computed whenever it is needed, in few passes over the pairs.

    Attributes:
        log_weight: logarithm of ``w``, ().
        keys: features with minus their squared length and one appended, (B, n, m + 2): the logarithm of a similarity is
            one product with ``[2 f, 1, -||f||^2]``.
    """

    log_weight: Tensor
    keys: Tensor

    @classmethod
    def of(cls, features: Tensor, weight: Tensor) -> Self:
        squares = features.square().sum(-1, keepdim=True)
        return cls(weight.log(), torch.cat([features, -squares, torch.ones_like(squares)], -1))

    def __mul__(self, factor: Tensor) -> Self:
        return type(self)(self.log_weight + factor.log(), self.keys)

    def kernel(self, tile: Tile, strip: Tensor) -> Tensor:
        """Of the queries and keys of a tile, (B, queries, keys); ``strip`` is that of ``keys``."""
        here, there = tile.at_queries(self.keys), tile.within(strip)
        own, one = here[..., -2:-1], here[..., -1:]
        here = _TO_BASE_TWO * torch.cat([2 * here[..., :-2], one, own + self.log_weight], -1)
        if tile.log_seen is None:
            return torch.bmm(here, there.mT).exp2_()
        return torch.baddbmm(tile.log_seen.expand(len(here), -1, -1), here, there.mT).exp2_()


@dataclass(frozen=True)
class Similarity:
    r"""``Sigma = sum_r w_r Sigma_r`` with ``Sigma_r[i, j] = exp(-||f_r[i] - f_r[j]||^2)`` inside the windows.

    The matrices are kept for backpropagation, and where they are small. Otherwise they are computed anew wherever they
    are needed, so that memory does not grow with the window.

    Attributes:
        tiles: the windows.
        terms: of the sum, where matrices are computed anew.
        kernels: the matrix of each tile, where they are kept.
    """

    tiles: Sequence[Tile]
    terms: tuple[_Term, ...]
    kernels: tuple[Tensor, ...] | None = None

    @classmethod
    def of(cls, features: Tensor, tiles: Sequence[Tile]) -> Self:
        """``Sigma`` of one set of features (B, n, m)."""
        size = len(features) * sum(tile.pairs for tile in tiles)
        if size <= _KEPT or torch.is_grad_enabled():
            return cls(tiles, (), tuple(kernel(features, tile) for tile in tiles))
        return cls(tiles, (_Term.of(features, features.new_ones(())),))

    def mixed(self, features: Tensor, share: Tensor) -> Self:
        """``(1 - share) Sigma + share Sigma(features)``; without gradients, in place of kept matrices."""
        if self.kernels is not None:
            pairs = zip(self.kernels, self.tiles, strict=True)
            if not torch.is_grad_enabled():
                for old, tile in pairs:
                    old.lerp_(kernel(features, tile), share)
                return self
            return type(self)(
                self.tiles, (), tuple(torch.lerp(old, kernel(features, tile), share) for old, tile in pairs)
            )
        kept = tuple(term * (1 - share) for term in self.terms)
        return type(self)(self.tiles, (*kept, _Term.of(features, share)))

    def weights(self, number: int) -> Tensor:
        """``Sigma`` of the tile ``number``, (B, queries, keys)."""
        return self._weights(number, self._strips(self.tiles[number]))

    def mapped(self, values: Tensor, function: TileMap, of_keys: KeyMap = _same, in_place: bool = False) -> Tensor:
        """``function`` of each tile: similarities, ``values`` of the queries, and ``of_keys(values)`` of the keys.

        ``values`` are (B, n, ...). In place, a result is written as soon as no strip to come reads what it replaces.
        """
        if len(self.tiles) == 1:
            return function(self.weights(0), values, of_keys(values))
        strips = [list(strip) for _, strip in groupby(range(len(self.tiles)), lambda k: self.tiles[k].columns)]
        with side_by_side(values.device) as each:
            results = (self._strip(strip, values, function, of_keys, each) for strip in strips)
            if in_place:
                return self._replaced(values, [self.tiles[strip[0]].columns for strip in strips], results)
            return torch.cat(list(results), 2).flatten(1, 2)

    def _strip(self, numbers: Sequence[int], values: Tensor, function: TileMap, of_keys: KeyMap, each: Each) -> Tensor:
        """The results of the tiles of a strip, (B, rows of the grid, columns of the tiles, ...)."""
        first = self.tiles[numbers[0]]
        near, strips = of_keys(first.strip(values)).contiguous(), self._strips(first)

        def result(number: int) -> Tensor:
            tile = self.tiles[number]
            return function(self._weights(number, strips), tile.at_queries(values), tile.within(near))

        return torch.cat(list(each(result, numbers)), 1).unflatten(1, (first.grid[0], -1))

    def _replaced(self, values: Tensor, columns: Iterable[Reach], results: Iterable[Tensor]) -> Tensor:
        grid = values.unflatten(1, self.tiles[0].grid)
        waiting: deque[tuple[Reach, Tensor]] = deque()
        for reach, result in zip(columns, results, strict=True):
            waiting.append((reach, result))
            while waiting and waiting[0][0].stop <= reach.first:
                done, part = waiting.popleft()
                grid[:, :, done.start : done.stop] = part
        for done, part in waiting:
            grid[:, :, done.start : done.stop] = part
        return values

    def _strips(self, tile: Tile) -> list[Tensor]:
        return [tile.strip(term.keys).contiguous() for term in self.terms]

    def _weights(self, number: int, strips: Sequence[Tensor]) -> Tensor:
        if self.kernels is not None:
            return self.kernels[number]
        tile = self.tiles[number]
        total, *others = (term.kernel(tile, strip) for term, strip in zip(self.terms, strips, strict=True))
        for kernel in others:
            total.add_(kernel)
        return total
