"""Mosaics as compiled loops, which write each value once."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.machine.compiler import compiled

__all__ = ["fill_in_loops", "pick_in_loops"]


def pick_in_loops(x: Tensor, cell: tuple[int, int, int, int]) -> Tensor:
    """:func:`preimage.kernels.mosaic.pick_mosaic` for images on a CPU, not recorded."""
    images = x.contiguous().numpy()
    mosaic = np.empty((len(images), *images.shape[2:]), images.dtype)
    compiled(pick)(images, mosaic, *cell)
    return torch.from_numpy(mosaic)[:, None]


def fill_in_loops(y: Tensor, cell: tuple[int, int, int, int], channels: int) -> Tensor:
    """:func:`preimage.kernels.mosaic.fill_mosaic` for mosaics on a CPU, not recorded."""
    mosaic = y.contiguous().numpy()
    images = np.empty((len(mosaic), channels, *mosaic.shape[2:]), mosaic.dtype)
    compiled(fill)(mosaic.reshape(len(mosaic), *mosaic.shape[2:]), images, *cell)
    return torch.from_numpy(images)


def pick(images: Any, mosaic: Any, first: int, second: int, third: int, fourth: int) -> None:
    """Write the mosaic (B, H, W) of images (B, C, H, W)."""
    width = images.shape[3]
    for b in range(images.shape[0]):
        for i in range(images.shape[2]):
            even, odd = (first, second) if i % 2 == 0 else (third, fourth)
            left, right, out = images[b, even, i], images[b, odd, i], mosaic[b, i]
            for j in range(width):  # a choice between neighbours is one vector instruction, every other store is not
                out[j] = left[j] if j & 1 == 0 else right[j]


def fill(mosaic: Any, images: Any, first: int, second: int, third: int, fourth: int) -> None:
    """Write images (B, C, H, W) of the mosaic (B, H, W)."""
    width = images.shape[3]
    zero = images.dtype.type(0)
    for b in range(images.shape[0]):
        for i in range(images.shape[2]):
            even, odd = (first, second) if i % 2 == 0 else (third, fourth)
            values = mosaic[b, i]
            for c in range(images.shape[1]):
                out = images[b, c, i]
                if c == even and c == odd:
                    for j in range(width):
                        out[j] = values[j]
                elif c in (even, odd):
                    place = 0 if c == even else 1
                    for j in range(width):
                        out[j] = values[j] if j & 1 == place else zero
                else:
                    for j in range(width):
                        out[j] = zero
