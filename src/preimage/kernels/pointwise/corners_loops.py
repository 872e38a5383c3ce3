"""Corners of a plane that change places, as a compiled loop."""

from typing import Any

import torch
from torch import Tensor

from preimage.machine.compiler import compiled

__all__ = ["exchange_in_loops"]


def exchange_in_loops(x: Tensor, rows: Tensor, columns: Tensor, scale: float) -> Tensor:
    """:func:`preimage.kernels.pointwise.corners.exchange_corners` of two axes, on a CPU, not recorded."""
    planes = torch.view_as_real(x).detach().reshape(-1, x.shape[-2], 2 * x.shape[-1])
    along = scale * columns.flatten().repeat_interleave(2)  # of real and imaginary part: reals go eight at a time
    compiled(exchange_planes)(planes.numpy(), rows.flatten().contiguous().numpy(), along.numpy())
    return x


def exchange_planes(planes: Any, rows: Any, columns: Any) -> None:
    """Exchange the corners of each plane (P, H, 2 W), and multiply by the factors of their new rows and columns."""
    height, width = planes.shape[1] // 2, planes.shape[2] // 2
    for i in range(len(planes)):
        for r in range(height):
            upper, lower = rows[r], rows[r + height]
            for side in range(2):
                left, right = side * width, (1 - side) * width
                # Of slices, since an index that might be negative is looked at one by one.
                top, bottom = planes[i, r, left : left + width], planes[i, r + height, right : right + width]
                over_top, over_bottom = columns[left : left + width], columns[right : right + width]
                for c in range(width):
                    moved = top[c]
                    top[c] = bottom[c] * (upper * over_top[c])
                    bottom[c] = moved * (lower * over_bottom[c])
