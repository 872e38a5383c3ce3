"""Products with weights that may be zero as a compiled loop, which passes through memory once."""

from typing import Any

import torch
from torch import Tensor

from preimage.machine.compiler import compiled

__all__ = ["mask_in_loops"]


def mask_in_loops(weight: Tensor, y: Tensor) -> Tensor:
    """``weight * y``, zero where the weight is, be ``y`` NaN there or infinite: on a CPU, one precision.

    Args:
        weight: (1, ..., 1, *last), where ``last`` are the last dimensions of ``y``.
        y: any shape.
    """
    last, result = weight.numel(), torch.empty(y.shape, dtype=y.dtype)
    rows, out = y.contiguous().view(-1, last), result.view(-1, last)
    compiled(write_masked)(weight.contiguous().view(-1).numpy(), rows.numpy(), out.numpy())
    return result


def write_masked(weight: Any, y: Any, result: Any) -> None:
    """Of each row (R, n) with the weights (n,)."""
    zero = y.dtype.type(0)
    for r in range(y.shape[0]):
        values, out = y[r], result[r]
        for j in range(len(weight)):
            out[j] = zero if weight[j] == zero else weight[j] * values[j]
