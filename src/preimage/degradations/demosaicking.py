"""Colours of a mosaic by filters of the pixels around: what cameras do in passing."""

from collections.abc import Mapping
from types import MappingProxyType

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage.degradations.border import mirrored

__all__ = ["demosaicked"]

# Filters of 5x5 in eighths: for a colour seen beside, above and below, diagonally, and on all four sides. Beyond
# interpolation, the second group adds what the pixel's own colour has of detail.
_BILINEAR = (
    ((0, 0, 0, 0, 0), (0, 0, 0, 0, 0), (0, 4, 0, 4, 0), (0, 0, 0, 0, 0), (0, 0, 0, 0, 0)),
    ((0, 0, 0, 0, 0), (0, 0, 4, 0, 0), (0, 0, 0, 0, 0), (0, 0, 4, 0, 0), (0, 0, 0, 0, 0)),
    ((0, 0, 0, 0, 0), (0, 2, 0, 2, 0), (0, 0, 0, 0, 0), (0, 2, 0, 2, 0), (0, 0, 0, 0, 0)),
    ((0, 0, 0, 0, 0), (0, 0, 2, 0, 0), (0, 2, 0, 2, 0), (0, 0, 2, 0, 0), (0, 0, 0, 0, 0)),
)
_GRADIENT = (
    ((0, 0, 0.5, 0, 0), (0, -1, 0, -1, 0), (-1, 4, 5, 4, -1), (0, -1, 0, -1, 0), (0, 0, 0.5, 0, 0)),
    ((0, 0, -1, 0, 0), (0, -1, 4, -1, 0), (0.5, 0, 5, 0, 0.5), (0, -1, 4, -1, 0), (0, 0, -1, 0, 0)),
    ((0, 0, -1.5, 0, 0), (0, 2, 0, 2, 0), (-1.5, 0, 6, 0, -1.5), (0, 2, 0, 2, 0), (0, 0, -1.5, 0, 0)),
    ((0, 0, -1, 0, 0), (0, 0, 2, 0, 0), (-1, 2, 4, 2, -1), (0, 0, 2, 0, 0), (0, 0, -1, 0, 0)),
)
_BANKS: Mapping[str, tuple[tuple[tuple[float, ...], ...], ...]] = MappingProxyType(
    {"bilinear": _BILINEAR, "gradient": _GRADIENT}
)
_BESIDE, _ABOVE, _DIAGONAL, _AROUND, _SELF = range(5)


def demosaicked(mosaic: Tensor, pattern: str, method: str) -> Tensor:
    """Red, green and blue (B, 3, H, W) of a mosaic (B, 1, H, W), mirrored at its border.

    Args:
        mosaic: one colour a pixel.
        pattern: colours of a cell, row by row, as "RGGB".
        method: "bilinear", the mean of the nearest of each colour, or "gradient", corrected by the gradients of the
            colour that was seen.

    Source: "gradient": Malvar, He, Cutler, "High-quality linear interpolation for demosaicing of Bayer-patterned color
    images", ICASSP 2004.
    """
    bank = mosaic.new_tensor(_BANKS[method])[:, None] / 8
    filtered = torch.cat([F.conv2d(mirrored(mosaic, 2), bank), mosaic], 1)
    colours = filtered.new_empty(mosaic.shape[0], 3, *mosaic.shape[-2:])
    for place in range(4):
        row, column = divmod(place, 2)
        for channel, colour in enumerate("RGB"):
            source = filtered[:, _filter(pattern, row, column, colour)]
            colours[:, channel, row::2, column::2] = source[:, row::2, column::2]
    return colours


def _filter(pattern: str, row: int, column: int, colour: str) -> int:
    """Which filter gives ``colour`` at a place of the cell."""
    if pattern[2 * row + column] == colour:
        return _SELF
    if colour == "G":
        return _AROUND
    if pattern[2 * row + 1 - column] == colour:
        return _BESIDE
    return _ABOVE if pattern[2 * (1 - row) + column] == colour else _DIAGONAL
