"""Structural similarity as compiled loops, which hold a few rows only."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.machine.compiler import compiled
from preimage.machine.threads import side_by_side

__all__ = ["ssim_of_planes"]


def ssim_of_planes(a: Tensor, b: Tensor, weights: list[float], c1: float, c2: float) -> Tensor:
    """:func:`preimage.kernels.ssim.ssim` for images (B, C, H, W) on a CPU, not recorded."""
    window = np.array(weights, a.numpy().dtype)
    score = compiled(mean_similarity)

    def of(pair: tuple[Tensor, Tensor]) -> tuple[float, float]:
        return score(pair[0].contiguous().numpy(), pair[1].contiguous().numpy(), window, c1, c2)

    planes = list(zip(a.flatten(0, 1), b.flatten(0, 1), strict=True))
    with side_by_side(a.device, len(planes)) as each:
        values = torch.tensor(list(each(of, planes)), dtype=a.dtype)
    return values.reshape(*a.shape[:2], 2)


def mean_similarity(a: Any, b: Any, weights: Any, c1: float, c2: float) -> tuple[float, float]:
    """The two means over a plane (H, W): for each row of windows the five sums down the columns, then along the row."""
    number = a.dtype.type
    height, width = a.shape
    taps = len(weights)
    one, two = number(c1), number(c2)
    down, along = np.empty((5, width), a.dtype), np.empty((5, width), a.dtype)
    total, total_contrast = 0.0, 0.0
    for i in range(height - taps + 1):
        for m in range(5):
            for j in range(width):
                down[m, j] = 0
        for k in range(taps):
            w, mine, other = weights[k], a[i + k], b[i + k]
            for j in range(width):
                p, q = mine[j], other[j]
                down[0, j] += w * p
                down[1, j] += w * q
                down[2, j] += w * (p * p)
                down[3, j] += w * (q * q)
                down[4, j] += w * (p * q)
        for m in range(5):
            source, out = down[m], along[m]
            for j in range(width - taps + 1):
                out[j] = 0
            for k in range(taps):
                w = weights[k]
                for j in range(width - taps + 1):
                    out[j] += w * source[j + k]
        row, row_contrast = 0.0, 0.0
        for j in range(width - taps + 1):
            p, q = along[0, j], along[1, j]
            luminance = (2 * p * q + one) / (p * p + q * q + one)
            contrast = (2 * (along[4, j] - p * q) + two) / (along[2, j] - p * p + along[3, j] - q * q + two)
            row += luminance * contrast
            row_contrast += contrast
        total += row
        total_contrast += row_contrast
    count = (height - taps + 1) * (width - taps + 1)
    return total / count, total_contrast / count
