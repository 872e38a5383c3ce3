"""The norms of a difference and of what it led to, as a compiled loop."""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.machine.compiler import compiled

__all__ = ["norms_in_loops"]

_BLOCK = 1024  # entries summed in their own precision, before the sums are added in double precision


def norms_in_loops(old: Tensor, new: Tensor) -> Tensor:
    """:func:`preimage.kernels.pointwise.change.change_and_size` on a CPU, not recorded; and their ratio: (3, B)."""
    shape = len(new), math.prod(new.shape[1:])
    before, after = (x.contiguous().numpy().reshape(shape) for x in (old, new))  # others would be compiled once more
    norms = np.empty((3, len(after)), after.dtype)
    compiled(norms_of_rows)(before, after, norms, _BLOCK)
    return torch.from_numpy(norms)


def norms_of_rows(old: Any, new: Any, norms: Any, block: int) -> None:
    """Write ``||new - old||`` and ``||new||`` of each row (B, n), and their ratio, to ``norms`` (3, B)."""
    number = new.dtype.type
    for b in range(new.shape[0]):
        if new.shape[1] == 1:  # whose square may overflow
            norms[0, b], norms[1, b] = abs(new[b, 0] - old[b, 0]), abs(new[b, 0])
            norms[2, b] = ratio_of(norms[0, b], norms[1, b])
            continue
        change, size = 0.0, 0.0
        for start in range(0, new.shape[1], block):
            # Of slices, since an index that might be negative is looked at one by one.
            before, after = old[b, start : start + block], new[b, start : start + block]
            some, more = number(0), number(0)
            for j in range(len(after)):
                difference = after[j] - before[j]
                some += difference * difference
                more += after[j] * after[j]
            change += some
            size += more
        norms[0, b], norms[1, b] = math.sqrt(change), math.sqrt(size)
        norms[2, b] = ratio_of(norms[0, b], norms[1, b])


def ratio_of(change: Any, size: Any) -> Any:
    """``change / size``: zero where there is no change, and the change where the size is zero."""
    return change if change == 0 or size == 0 else change / size
