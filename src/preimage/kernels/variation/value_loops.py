"""The value of total variation as a compiled loop, which passes through memory once."""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.machine.compiler import can_compile, compiled

__all__ = ["can_total", "total_in_loops"]

_CHUNK = 1 << 10  # numbers of each array worked on at a time, so that all of them stay in the cache


def can_total(x: Tensor) -> bool:
    """Whether the loop may take the total variation of images ``x``."""
    return x.numel() > 0 and can_compile(x)


def total_in_loops(x: Tensor, coupled: bool, isotropic: bool) -> Tensor:
    """:func:`preimage.transform.total_variation` for images on a CPU, not recorded."""
    batch, channels, *sizes = x.shape
    count = math.prod(sizes)
    # How far it is to the next pixel along each axis, after the number of pixels.
    strides = np.array([count, *(math.prod(sizes[axis + 1 :]) for axis in range(len(sizes)))])
    groups = (batch, channels) if coupled else (batch * channels, 1)
    images = x.contiguous().numpy().reshape(*groups, count)
    work, totals = np.empty((2, min(_CHUNK, count)), images.dtype), np.empty(groups[0])
    compiled(write_totals)(images, strides, isotropic, work[0], work[1], totals)
    return torch.from_numpy(totals.reshape(batch, -1).sum(1)).to(x.dtype)


def write_totals(x: Any, strides: Any, isotropic: bool, slope: Any, square: Any, totals: Any) -> None:
    """Write the sums of the lengths of the gradients of each group of images (groups, C, pixels)."""
    axes, size, chunk = len(strides) - 1, x.shape[2], len(slope)
    for g in range(len(x)):
        total = 0.0
        for begin in range(0, size, chunk):
            n = min(chunk, size - begin)
            some = x.dtype.type(0)
            for first in range(1 if isotropic else axes):
                square[:] = 0
                for a in range(first, axes if isotropic else first + 1):
                    period, stride = strides[a], strides[a + 1]
                    for c in range(x.shape[1]):
                        inside = max(0, min(n, size - stride - begin))
                        mine = x[g, c, begin : begin + inside]
                        other = x[g, c, begin + stride : begin + stride + inside]
                        for i in range(inside):
                            slope[i] = other[i] - mine[i]
                        # There is none across the end of an axis.
                        for end in range(max(0, period - stride - begin % period), n, period):
                            slope[end : min(n, end + stride)] = 0
                        for i in range(n):
                            square[i] += slope[i] * slope[i]
                for i in range(n):
                    some += math.sqrt(square[i])
            total += some
        totals[g] = total
