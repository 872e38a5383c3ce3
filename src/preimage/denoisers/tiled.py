"""Denoising a large picture tile by tile, with the result of doing it at once."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._ranges import check_count
from preimage.denoisers.base import Denoiser, DenoiserWrapper, stacked

__all__ = ["Span", "TiledDenoiser", "spans"]

_BAND = 256  # rows, after which there is something to tell


@dataclass(frozen=True)
class Span:
    """One tile along one axis: it covers [start, stop) and is weighted by ``weights`` (stop - start,)."""

    start: int
    stop: int
    weights: Tensor


def spans(length: int, tile: int, overlap: int, stride: int, smooth: bool) -> list[Span]:
    """Tiles that cover ``length`` pixels, whose weights add up to one in every pixel.

    Args:
        tile: the most pixels a tile may have, raised to the least that leaves ``stride`` pixels of its own.
        overlap: pixels at an inner end of a tile that are not to be trusted; their weight is zero, or rises from zero
            to one over twice as many where ``smooth``.
        stride: tiles start at multiples of it, and end there or at the end.
    """
    margin = _up(overlap, stride)
    # Tiles that fade may only overlap two by two.
    tile = max(tile // stride * stride, (4 if smooth else 2) * margin + stride)
    if length <= tile:
        return [Span(0, length, torch.ones(length))]
    # Equal steps, so that no tile is much smaller than the others.
    count = math.ceil((length - 2 * margin) / (tile - 2 * margin))
    step = _up(math.ceil((length - 2 * margin) / count), stride)
    step = max(step, 2 * margin) if smooth else step
    out: list[Span] = []
    for start in range(0, length, step):
        stop = min(length, start + step + 2 * margin)
        weights = torch.ones(stop - start)
        if start > 0:
            weights[: 2 * margin] *= _rise(2 * margin, smooth)
        if stop < length:
            weights[-2 * margin :] *= 1 - _rise(2 * margin, smooth)
        out.append(Span(start, stop, weights))
        if stop == length:
            break
    return out


class TiledDenoiser(DenoiserWrapper):
    """A denoiser applied to overlapping tiles: ``sum_i w_i D(x_i, sigma)`` with ``sum_i w_i = 1``.

    Where the receptive field of ``denoiser`` is finite the result is that of ``denoiser`` itself, up to rounding: tiles
    overlap by more than its radius, start on its grid, and only pixels that cannot tell are used. A denoiser whose
    receptive field is not known to be finite (``receptive_radius`` is ``None``) gets tiles that fade into each other
    over twice its ``blend`` instead; the result then depends on the tiles, the less the larger they are.

    Args:
        denoiser: what is applied to the tiles.
        tile: the most pixels of a side; raised to what the receptive field needs.
        on_tile: called after every tile; where one tile is the whole image, after some hundred of its rows.

    Source: this library.
    """

    def __init__(self, denoiser: Denoiser, tile: int, on_tile: Callable[[], None] | None = None) -> None:
        super().__init__(denoiser)
        check_count("tile", tile, "give the side of a tile in pixels")
        self.tile = tile
        self.on_tile = on_tile

    def grid(self, height: int, width: int) -> list[tuple[Span, Span]]:
        """The tiles of a picture, as rows and columns."""
        radius, stride = self.traits.receptive_radius, self.traits.stride
        overlap = self.traits.blend if radius is None else radius
        rows, columns = (spans(n, self.tile, overlap, stride, radius is None) for n in (height, width))
        return [(row, column) for row in rows for column in columns]

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        grid = self.grid(*x.shape[-2:])
        if len(grid) == 1:
            return stacked(self._told(self.denoiser.bands(x, sigma), x.shape[-2]), x)
        out = torch.zeros_like(x)
        for row, column in grid:
            tile = self.denoiser(x[..., row.start : row.stop, column.start : column.stop], sigma)
            weights = row.weights[:, None] * column.weights
            _add(out[..., row.start : row.stop, column.start : column.stop], tile, weights.to(x))
            self._tell()
        return out

    def calls(self, height: int, width: int) -> int:
        """How often ``on_tile`` is called for an image."""
        tiles = len(self.grid(height, width))
        return tiles if tiles > 1 else math.ceil(height / _BAND)

    def _told(self, bands: Iterable[Tensor], height: int) -> Iterator[Tensor]:
        """The same bands, and what is to be told of their rows."""
        done = told = 0
        for band in bands:
            done += band.shape[-2]
            full = math.ceil(height / _BAND) if done == height else done // _BAND
            for _ in range(full - told):
                self._tell()
            told = full
            yield band

    def _tell(self) -> None:
        if self.on_tile is not None:
            self.on_tile()


def _add(out: Tensor, tile: Tensor, weights: Tensor) -> None:
    """``out += weights * tile`` where the weight is not zero, so that what is not to be trusted is not even read."""
    out += torch.where(weights > 0, tile * weights, 0)


def _rise(length: int, smooth: bool) -> Tensor:
    """From zero to one: a step in the middle, or half a period of a cosine; it and its mirror image add up to one."""
    where = (torch.arange(length) + 0.5) / length
    return (1 - torch.cos(math.pi * where)) / 2 if smooth else (where > 0.5).float()


def _up(value: int, stride: int) -> int:
    return math.ceil(value / stride) * stride
