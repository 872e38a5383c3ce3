"""How much two patches are alike, for all pairs within a window."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from typing_extensions import Self

from preimage.models.sparse.windows import Tile

__all__ = ["Similarity", "TileMap", "kept_bytes", "kernel"]

# Matrices of up to this many numbers are kept, 256 MB in float32.
_KEPT = 1 << 26

TileMap = Callable[[Tensor, Tensor, Tensor], Tensor]
"""``f(similarities (B, q, k), values of the queries (B, q, a), values of the keys (B, k, a))``, (B, q, a)."""


def kept_bytes(patches: int, keys: int) -> int:
    """Memory of the similarities of ``patches`` with ``keys`` each, without gradients: zero where none are kept."""
    return 4 * patches * keys if patches * keys <= _KEPT else 0


def kernel(features: Tensor, tile: Tile) -> Tensor:
    """``c_ij exp(-||f_i - f_j||^2)`` for the queries i and keys j of a tile, ``c`` being the counts ``tile.seen``.

    Shapes: ``features`` (B, n, m), the result (B, queries, keys).
    """
    here, there = tile.at_queries(features), tile.at_keys(features)
    squares = here.square().sum(-1)[:, :, None] + there.square().sum(-1)[:, None, :]
    with torch.autocast(features.device.type, enabled=False):  # a small difference of large numbers
        distance = torch.baddbmm(squares, here, there.mT, alpha=-2).clamp_min(0)
    return (-distance if tile.log_seen is None else tile.log_seen - distance).exp()


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

    def kernel(self, tile: Tile) -> Tensor:
        here, there = tile.at_queries(self.keys), tile.at_keys(self.keys)
        own = here[..., -2:-1] + self.log_weight
        here = torch.cat([2 * here[..., :-2], torch.ones_like(own), own], -1)
        if tile.log_seen is None:
            return torch.bmm(here, there.mT).exp_()
        return torch.baddbmm(tile.log_seen.expand(len(here), -1, -1), here, there.mT).exp_()


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
        if self.kernels is not None:
            return self.kernels[number]
        first, *others = self.terms
        total = first.kernel(self.tiles[number])
        for term in others:
            total.add_(term.kernel(self.tiles[number]))
        return total

    def mapped(self, values: Tensor, function: TileMap, in_place: bool = False) -> Tensor:
        """``function`` of each tile: its similarities, and ``values`` (B, n, ...) of its queries and of its keys.

        In place, a result is written as soon as no tile to come reads what it replaces.
        """
        if len(self.tiles) == 1:
            return function(self.weights(0), values, values)
        if not in_place:
            parts = [self._tile(number, values, function) for number in range(len(self.tiles))]
            return torch.cat(parts, 1)[:, torch.cat([tile.queries for tile in self.tiles]).argsort()]
        waiting: deque[tuple[Tile, Tensor]] = deque()
        for number, tile in enumerate(self.tiles):
            while waiting and waiting[0][0].rows.stop <= tile.rows.first:
                done, part = waiting.popleft()
                done.put(values, part)
            waiting.append((tile, self._tile(number, values, function)))
        for done, part in waiting:
            done.put(values, part)
        return values

    def _tile(self, number: int, values: Tensor, function: TileMap) -> Tensor:
        tile = self.tiles[number]
        return function(self.weights(number), tile.at_queries(values), tile.at_keys(values))
