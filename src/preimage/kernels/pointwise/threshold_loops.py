"""Soft thresholding as a compiled loop, which passes through memory once."""

from typing import Any

import torch
from torch import Tensor

from preimage.machine.compiler import compiled

__all__ = ["shrink_in_loops"]


def shrink_in_loops(x: Tensor, threshold: Tensor) -> Tensor:
    """:func:`preimage.kernels.pointwise.threshold.towards_zero` for one threshold, or one per sample, on a CPU."""
    rows = x.reshape(len(x), x[:1].numel()).contiguous().numpy()
    result = torch.empty(x.shape, dtype=x.dtype)
    most = threshold.reshape(-1).expand(len(x)).contiguous().numpy()
    compiled(write_shrunk)(rows, most, result.view(rows.shape).numpy())
    return result


def write_shrunk(x: Any, threshold: Any, result: Any) -> None:
    """``sign(x) max(|x| - threshold, 0)`` of each row (B, n); comparisons are such that NaN fails and passes on."""
    zero = x.dtype.type(0)
    for b in range(x.shape[0]):
        values, out, most = x[b], result[b], threshold[b]
        for j in range(len(out)):
            value = values[j]
            rest = abs(value) - most
            rest = zero if rest <= zero else rest
            out[j] = -rest if value < zero else rest
