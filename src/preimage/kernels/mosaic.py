"""Mosaics of colour images: one channel at each pixel, in 2x2 cells that repeat."""

from torch import Tensor

from preimage.kernels.mosaic_loops import fill_in_loops, pick_in_loops
from preimage.machine.compiler import can_compile

__all__ = ["Cell", "fill_mosaic", "pick_mosaic"]

Cell = tuple[int, int, int, int]
"""The channels of the pixels of a cell, row by row; the first cell is at the top left corner."""


def pick_mosaic(x: Tensor, cell: Cell) -> Tensor:
    """The mosaic (B, 1, H, W) of ``x`` (B, C, H, W): at each pixel the value of its channel."""
    if can_compile(x):
        return pick_in_loops(x, cell)
    # A channel that a cell has twice is copied whole; what it does not see is written over.
    most = max(cell, key=cell.count)
    y = x[:, most : most + 1].clone()
    for position, channel in enumerate(cell):
        if channel != most:
            row, column = divmod(position, 2)
            y[:, 0, row::2, column::2] = x[:, channel, row::2, column::2]
    return y


def fill_mosaic(y: Tensor, cell: Cell, channels: int) -> Tensor:
    """The image (B, ``channels``, H, W) with each value of ``y`` (B, 1, H, W) in its channel, zero in the others."""
    if can_compile(y):
        return fill_in_loops(y, cell, channels)
    x = y.new_zeros(y.shape[0], channels, *y.shape[2:])
    for position, channel in enumerate(cell):
        row, column = divmod(position, 2)
        x[:, channel, row::2, column::2] = y[:, 0, row::2, column::2]
    return x
