"""The cosine spectra of overlapping patches as compiled loops, which never hold the patches."""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.kernels.patch_spectra_tensors import PatchSpectra, cosines, is_low
from preimage.machine.compiler import compiled

__all__ = ["spectra_by_loops"]


def spectra_by_loops(image: Tensor, tall: int, wide: int, stride: int) -> PatchSpectra:
    """:func:`preimage.kernels.patch_spectra.patch_spectra` for an image on a CPU."""
    rows, columns = ((n - side) // stride + 1 for n, side in zip(image.shape[1:], (tall, wide), strict=True))
    channels, count = len(image), rows * columns
    high = torch.empty(channels * int((~is_low(tall, wide)).sum()), count, dtype=image.dtype)
    energy, means = torch.zeros(count, dtype=torch.float64), torch.empty(channels, count, dtype=torch.float64)
    compiled(transform_patches)(
        image.detach().contiguous().numpy(), cosines(tall).numpy(), cosines(wide).numpy(), stride, columns,
        high.numpy(), energy.numpy(), means.numpy(),
    )  # fmt: skip
    return PatchSpectra(high, energy, means)


def transform_patches(
    image: Any, down: Any, along: Any, stride: int, columns: int, high: Any, energy: Any, means: Any
) -> None:
    """For each row of patches one cosine after the other, down the columns and then along the rows.

    The energy of low frequencies is that of the pixels less that of the other frequencies.
    """
    tall, wide, width = len(down), len(along), image.shape[2]
    limit, size, found = max(tall, wide), math.sqrt(tall * wide), len(high) // len(image)
    line, shifted, values = np.empty(width), np.empty((wide, columns)), np.empty(columns)
    squares, down_ones, along_ones = np.empty((tall, width)), np.ones(tall), np.ones(wide)
    for c in range(len(image)):
        for y in range(len(energy) // columns):
            here, pixels = slice(y * columns, (y + 1) * columns), image[c, y * stride : y * stride + tall]
            power, mean = energy[here], means[c, here]
            for i in range(tall):
                row, square = pixels[i], squares[i]
                for x in range(width):
                    square[x] = np.float64(row[x]) * np.float64(row[x])
            weigh(squares, down_ones, line)
            shift(line, stride, shifted)
            weigh_along(line, stride, shifted, along_ones, values)
            for x in range(columns):
                power[x] += values[x]
            number = c * found
            for u in range(tall):
                if u > 0 and u + wide <= limit:
                    continue
                weigh(pixels, down[u], line)
                shift(line, stride, shifted)
                if u == 0:
                    weigh_along(line, stride, shifted, along[0], mean)
                    for x in range(columns):
                        power[x] -= mean[x] * mean[x]
                        mean[x] /= size
                for v in range(limit - u, wide):
                    take_along(line, stride, shifted, along[v], values, high[number, here], power)
                    number += 1


def shift(line: Any, stride: int, shifted: Any) -> None:
    """``shifted[j, x] = line[x stride + j]``; rows for :func:`weigh_along`, which needs none of five at stride 1."""
    for j in range(0 if stride == 1 and len(shifted) == 5 else len(shifted)):
        out = shifted[j]
        if stride == 1:
            moved = line[j:]
            for x in range(len(out)):
                out[x] = moved[x]
        else:
            for x in range(len(out)):
                out[x] = line[x * stride + j]


def weigh_along(line: Any, stride: int, shifted: Any, weights: Any, out: Any) -> None:
    """``out[x] = sum_j weights[j] line[x stride + j]``."""
    if stride > 1 or len(weights) != 5:
        weigh(shifted, weights, out)
        return
    a, b, c, d, e = weights[0], weights[1], weights[2], weights[3], weights[4]
    for x in range(len(out)):
        out[x] = a * line[x] + b * line[x + 1] + c * line[x + 2] + d * line[x + 3] + e * line[x + 4]


def take_along(line: Any, stride: int, shifted: Any, weights: Any, values: Any, out: Any, power: Any) -> None:
    """The same, of which the squares are taken from ``power``."""
    if stride > 1 or len(weights) != 5:
        weigh(shifted, weights, values)
        for x in range(len(out)):
            out[x] = values[x]
            power[x] -= values[x] * values[x]
        return
    a, b, c, d, e = weights[0], weights[1], weights[2], weights[3], weights[4]
    for x in range(len(out)):
        value = a * line[x] + b * line[x + 1] + c * line[x + 2] + d * line[x + 3] + e * line[x + 4]
        out[x] = value
        power[x] -= value * value


def weigh(rows: Any, weights: Any, out: Any) -> None:
    """The weighted sum of rows; those of patches of the usual sizes in one pass."""
    if len(weights) == 5:
        a, b, c, d, e = weights[0], weights[1], weights[2], weights[3], weights[4]
        p, q, r, s, t = rows[0], rows[1], rows[2], rows[3], rows[4]
        for x in range(len(out)):
            out[x] = a * p[x] + b * q[x] + c * r[x] + d * s[x] + e * t[x]
        return
    out[:] = 0
    i = 0
    while i + 4 <= len(weights):
        a, b, c, d = weights[i], weights[i + 1], weights[i + 2], weights[i + 3]
        p, q, r, s = rows[i], rows[i + 1], rows[i + 2], rows[i + 3]
        for x in range(len(out)):
            out[x] += a * p[x] + b * q[x] + c * r[x] + d * s[x]
        i += 4
    while i < len(weights):
        a, p = weights[i], rows[i]
        for x in range(len(out)):
            out[x] += a * p[x]
        i += 1
