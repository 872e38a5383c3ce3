"""Bilinear splatting as a compiled loop over the points."""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.machine.compiler import compiled

__all__ = ["splat_in_loops"]


def splat_in_loops(points: Tensor, shape: tuple[int, int], origin: tuple[int, int] = (0, 0)) -> Tensor:
    """:func:`preimage.kernels.splat.splat` for points on a CPU, not recorded."""
    place = points.contiguous().numpy()
    images = np.zeros((len(points), *shape), place.dtype)
    compiled(add_shares)(place, images, *origin)
    return torch.from_numpy(images)


def add_shares(points: Any, images: Any, down_to: int, right_to: int) -> None:
    """Add the four shares of each of ``points`` (B, N, 2) to ``images`` (B, H, W), after a shift in pixels."""
    number = images.dtype.type
    one, shift_down, shift_right = number(1), number(down_to), number(right_to)
    height, width = images.shape[1:]
    for b in range(points.shape[0]):
        image = images[b]
        for n in range(points.shape[1]):
            y, x = points[b, n, 0] + shift_down, points[b, n, 1] + shift_right
            if not (y > -1 and y < height and x > -1 and x < width):
                continue
            top, left = math.floor(y), math.floor(x)
            row, column, down, right = int(top), int(left), y - top, x - left
            if row >= 0 and column >= 0:
                image[row, column] += (one - down) * (one - right)
            if row >= 0 and column + 1 < width:
                image[row, column + 1] += (one - down) * right
            if row + 1 < height and column >= 0:
                image[row + 1, column] += down * (one - right)
            if row + 1 < height and column + 1 < width:
                image[row + 1, column + 1] += down * right
