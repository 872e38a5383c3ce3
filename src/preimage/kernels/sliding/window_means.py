"""Weighted means over windows that lie inside an image, and sums over windows around every pixel."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = ["gaussian_weights", "sums_around", "window_means", "windows_around"]


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


def sums_around(x: Tensor, size: int) -> Tensor:
    """The sum over the ``size`` x ``size`` pixels around each pixel of ``x`` (..., H, W), as far as they are in it.

    By doubling, so that a window of 17 pixels takes five sums along each axis.

    Args:
        size: odd.
    """
    half = size // 2
    x = F.pad(x, (half, half, half, half))
    for axis in (-2, -1):
        length = x.shape[axis] - size + 1
        sums, width, done, total = x, 1, 0, None
        while True:  # `sums` are those of windows as wide as a power of two; its set bits make up `size`
            if size & width:
                part = sums.narrow(axis, done, length)
                total, done = part if total is None else total + part, done + width
            if done == size:
                break
            kept = sums.shape[axis] - width
            sums, width = sums.narrow(axis, 0, kept) + sums.narrow(axis, width, kept), 2 * width
        assert total is not None
        x = total
    return x


def windows_around(x: Tensor, size: int) -> Tensor:
    """How many pixels of ``x`` (..., H, W) the window of :func:`sums_around` holds, (H, W), like it."""
    sides = (torch.arange(n, device=x.device) for n in x.shape[-2:])
    lines = [((at + size // 2 + 1).clamp_max(len(at)) - (at - size // 2).clamp_min(0)).to(x.dtype) for at in sides]
    return lines[0][:, None] * lines[1]


def _part(x: Tensor, axis: int, start: int, size: int, stride: int) -> Tensor:
    part = x.narrow(axis, start, size)
    return part if stride == 1 else part[(slice(None),) * axis + (slice(None, None, stride),)]
