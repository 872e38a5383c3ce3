"""Arithmetic on counts as compiled loops, which pass through memory once."""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.machine.compiler import compiled

__all__ = ["grad_in_loops", "prox_in_loops", "ratio_in_loops", "scale_in_loops"]


def grad_in_loops(z: Tensor, y: Tensor, gain: Tensor, background: Tensor) -> Tensor:
    """:func:`preimage.kernels.pointwise.counts.poisson_grad` for one gain and background per sample."""
    return _each_sample(write_grad, (z, y), (gain, background))


def prox_in_loops(z: Tensor, y: Tensor, rate: Tensor, background: Tensor) -> Tensor:
    """:func:`preimage.kernels.pointwise.counts.poisson_prox` for one rate and background per sample."""
    return _each_sample(write_prox, (z, y), (rate, background))


def ratio_in_loops(z: Tensor, y: Tensor, background: Tensor) -> Tensor:
    """:func:`preimage.kernels.pointwise.counts.ratio_of_counts` for one background per sample."""
    return _each_sample(write_ratio, (z, y), (background,))


def scale_in_loops(x: Tensor, ratio: Tensor, seen: Tensor) -> Tensor:
    """:func:`preimage.kernels.pointwise.counts.scale_by_counts`."""
    return _each_sample(write_scaled, (x, ratio, seen), ())


def _each_sample(loop: Any, images: tuple[Tensor, ...], values: tuple[Tensor, ...]) -> Tensor:
    """What ``loop`` writes for the rows (B, n) of ``images`` and the numbers (B,) of ``values``."""
    first = images[0]
    # Contiguous: each layout of an argument would be compiled on its own.
    rows = [image.reshape(len(first), first[:1].numel()).contiguous().numpy() for image in images]
    numbers = [value.reshape(-1).expand(len(first)).contiguous().numpy() for value in values]
    result = np.empty_like(rows[0], order="C")
    compiled(loop)(*rows, *numbers, result)
    return torch.from_numpy(result).reshape(first.shape)


def write_grad(z: Any, y: Any, gain: Any, background: Any, result: Any) -> None:
    """``(w - y) / (gain w)`` of each row, with ``w = z + background``."""
    number = z.dtype.type
    zero, one, least = number(0), number(1), number(-np.inf)
    for b in range(z.shape[0]):
        means, counts, out, g, shift = z[b], y[b], result[b], gain[b], background[b]
        for j in range(len(out)):
            w, count = means[j] + shift, counts[j]
            share = one if count == zero else (w - count) / w
            out[j] = least if w < zero else share / g


def write_prox(z: Any, y: Any, rate: Any, background: Any, result: Any) -> None:
    """The root ``w`` of ``w^2 - (z + background - rate) w - rate y`` of each row, less the background."""
    number = z.dtype.type
    zero, two, tiny = number(0), number(2), np.finfo(z.dtype).tiny
    for b in range(z.shape[0]):
        points, counts, out, r, shift = z[b], y[b], result[b], rate[b], background[b]
        for j in range(len(out)):
            half, product = (points[j] + shift - r) / two, r * counts[j]
            larger = math.sqrt(product + half * half) + abs(half)
            smaller = product / (tiny if larger < tiny else larger)
            out[j] = (larger if half > zero else smaller) - shift


def write_ratio(z: Any, y: Any, background: Any, result: Any) -> None:
    """``y / (z + background)`` of each row, zero unless the denominator is above zero."""
    number = z.dtype.type
    zero, largest = number(0), number(np.inf)
    for b in range(z.shape[0]):
        means, counts, out, shift = z[b], y[b], result[b], background[b]
        for j in range(len(out)):
            w = means[j] + shift
            out[j] = counts[j] / (largest if w <= zero else w)


def write_scaled(x: Any, ratio: Any, seen: Any, result: Any) -> None:
    """``x + x (r - seen) / seen`` of each row, ``r = max(ratio, 0)``."""
    number = x.dtype.type
    zero, largest = number(0), number(np.inf)
    for b in range(x.shape[0]):
        images, ratios, weights, out = x[b], ratio[b], seen[b], result[b]
        for j in range(len(out)):
            r, s = ratios[j], weights[j]
            change = ((zero if r < zero else r) - s) / (largest if s <= zero else s)
            out[j] = images[j] + images[j] * change
