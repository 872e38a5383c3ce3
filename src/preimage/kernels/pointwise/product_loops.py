"""The product of two changes as a compiled loop."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.machine.compiler import compiled

__all__ = ["product_in_loops"]

_BLOCK = 1024  # entries summed in their own precision, before the sums are added in double precision


def product_in_loops(a: Tensor, b: Tensor, c: Tensor) -> Tensor:
    """:func:`preimage.kernels.pointwise.product.product_of_changes` on a CPU, not recorded."""
    first, second, third = (x.reshape(len(x), x[:1].numel()).contiguous().numpy() for x in (a, b, c))
    products = np.empty(len(first), first.dtype)
    compiled(multiply_changes)(first, second, third, _BLOCK, products)
    return torch.from_numpy(products)


def multiply_changes(a: Any, b: Any, c: Any, block: int, products: Any) -> None:
    """Write ``<a - b, b - c>`` of each row (B, n)."""
    number = a.dtype.type
    for i in range(len(a)):
        total = 0.0
        for start in range(0, a.shape[1], block):
            # Of slices, since an index that might be negative is looked at one by one.
            p, q, r = a[i, start : start + block], b[i, start : start + block], c[i, start : start + block]
            some = number(0)
            for j in range(len(p)):
                some += (p[j] - q[j]) * (q[j] - r[j])
            total += some
        products[i] = total
