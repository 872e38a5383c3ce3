"""Weighted means over windows that lie inside an image."""

import math

import torch
from torch import Tensor

__all__ = ["gaussian_weights", "window_means"]


def gaussian_weights(taps: int, width: float) -> list[float]:
    """``exp(-(k / width)^2 / 2)`` at ``taps`` offsets around 0, scaled to sum to one."""
    offsets = [k - (taps - 1) / 2 for k in range(taps)]
    weights = [math.exp(-0.5 * (offset / width) ** 2) for offset in offsets]
    return [weight / sum(weights) for weight in weights]


def window_means(x: Tensor, weights: list[float], stride: int = 1) -> Tensor:
    """The mean of each window of ``x`` (B, C, ...), weighted along each axis but the first two, without padding.

    Args:
        x: images or volumes, at least as large as the window.
        weights: the window along each axis; they sum to one.
        stride: only every so many windows along each axis.
    """
    for axis in range(2, x.ndim):
        size = x.shape[axis] - len(weights) + 1
        total = weights[0] * _part(x, axis, 0, size, stride)
        for offset, weight in enumerate(weights[1:], 1):
            total = torch.add(total, _part(x, axis, offset, size, stride), alpha=weight)
        x = total
    return x


def _part(x: Tensor, axis: int, start: int, size: int, stride: int) -> Tensor:
    part = x.narrow(axis, start, size)
    return part if stride == 1 else part[(slice(None),) * axis + (slice(None, None, stride),)]
