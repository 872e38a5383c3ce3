"""Primal and dual steps for total variation as compiled loops, which pass through memory once."""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.machine.compiler import can_compile, compiled

__all__ = ["ascend_in_loops", "can_loop", "descend_in_loops"]

_CHUNK = 1 << 10  # numbers of each array worked on at a time, at least a row: so that all of them stay in the cache


def can_loop(x: Tensor, u: Tensor | None, *numbers: Tensor) -> bool:
    """Whether an image ``x``, a dual variable and numbers (one, or one per image) may go through the loops."""
    known = [x, *numbers] if u is None else [x, u, *numbers]
    return (
        x.numel() > 0
        and can_compile(*known)
        and all(number.numel() == 1 or number.numel() == len(number) == len(x) for number in numbers)
    )


def ascend_in_loops(
    u: Tensor | None, z: Tensor, step: Tensor, radius: Tensor, coupled: bool, isotropic: bool
) -> Tensor:
    """``u + s grad z``, with groups longer than ``radius`` shortened to it: (B, C, n, ...); no ``u`` is zero.

    Args:
        u: (B, C, n, ...) for n axes.
        z: (B, C, ...).
        step: ``s``, one number or (B,).
        radius: >= 0, one number or (B,).
        coupled: a group is over all channels, or one channel's.
        isotropic: a group is over all axes, or one axis'.
    """
    batch, channels, *sizes = z.shape
    axes = len(sizes)
    # How far it is to the next pixel along each axis, after the number of pixels.
    strides = np.array([math.prod(sizes), *(math.prod(sizes[axis + 1 :]) for axis in range(axes))])
    groups = (batch, channels) if coupled else (batch * channels, 1)
    images = z.detach().contiguous().numpy().reshape(*groups, strides[0])
    new = np.empty((*groups, axes, strides[0]), images.dtype)
    old = np.zeros((1, 1, 1, 1), images.dtype) if u is None else u.detach().contiguous().numpy().reshape(new.shape)
    chunk = min(max(1, _CHUNK // sizes[-1]) * sizes[-1], math.prod(sizes))
    s, most = (_of_groups(number, batch, groups[0]) for number in (step, radius))
    length, largest = np.empty(chunk, images.dtype), np.finfo(images.dtype).max
    compiled(ascend)(old, u is None, images, s, most, isotropic, strides, largest, length, new)
    return torch.from_numpy(new).reshape(batch, channels, axes, *sizes)


def descend_in_loops(x: Tensor, u: Tensor, step: Tensor) -> Tensor:
    """``x + t div u``.

    Args:
        x: (B, C, ...).
        u: (B, C, n, ...) for n axes; the last of each axis, which the gradient leaves zero, does not count.
        step: ``t``, one number or (B,).
    """
    sizes, planes = x.shape[2:], x.shape[0] * x.shape[1]
    images = x.detach().contiguous().numpy().reshape(planes, -1, sizes[-1])
    new = np.empty_like(images)
    dual = u.detach().contiguous().numpy().reshape(planes, len(sizes), -1, sizes[-1])
    compiled(descend)(images, dual, _of_groups(step, x.shape[0], planes), sizes[-2], new)
    return torch.from_numpy(new).reshape(x.shape)


def _of_groups(number: Tensor, batch: int, groups: int) -> Any:
    """A number per image as one per group of channels."""
    return number.detach().reshape(-1).expand(batch).repeat_interleave(groups // batch).numpy()


def ascend(
    u: Any,
    afresh: bool,
    z: Any,
    steps: Any,
    radii: Any,
    isotropic: bool,
    strides: Any,
    most: Any,
    length: Any,
    new: Any,
) -> None:
    """Write ``new``, (groups, C, n, pixels); ``most`` is the largest number of its precision."""
    channels, axes, size, chunk = z.shape[1], len(strides) - 1, z.shape[2], len(length)
    one = z.dtype.type(1)
    for g in range(len(z)):
        if radii[g] == 0:
            new[g] = 0
            continue
        s, inverse = steps[g], min(one / radii[g], most)
        for begin in range(0, size, chunk):
            n = min(chunk, size - begin)
            for c in range(channels):
                for a in range(axes):
                    period, stride, out = strides[a], strides[a + 1], new[g, c, a, begin : begin + n]
                    inside = max(0, min(n, size - stride - begin))
                    mine, other = z[g, c, begin : begin + inside], z[g, c, begin + stride : begin + stride + inside]
                    for i in range(inside):
                        out[i] = s * (other[i] - mine[i])
                    for end in range(max(0, period - stride - begin % period), n, period):
                        out[end : min(n, end + stride)] = 0
                    if not afresh:
                        old = u[g, c, a, begin : begin + n]
                        for i in range(n):
                            out[i] += old[i]
            for first in range(1 if isotropic else axes):
                last = axes if isotropic else first + 1
                length[:] = 0
                for c in range(channels):
                    for a in range(first, last):
                        out = new[g, c, a, begin : begin + n]
                        for i in range(n):
                            length[i] += (inverse * out[i]) * (inverse * out[i])
                for i in range(n):  # comparisons that NaN fails, and passes on; the root of infinity may be NaN
                    length[i] = one / math.sqrt(one if length[i] < one else most if length[i] > most else length[i])
                for c in range(channels):
                    for a in range(first, last):
                        out = new[g, c, a, begin : begin + n]
                        for i in range(n):
                            out[i] *= length[i]


def descend(x: Any, u: Any, steps: Any, height: int, new: Any) -> None:
    """Write ``new``, (planes, rows, W)."""
    axes, (planes, rows, width) = u.shape[1], x.shape
    for p in range(planes):
        t = steps[p]
        for k in range(rows):
            out, mine, across = new[p, k], x[p, k], u[p, axes - 1, k]
            for j in range(width):
                out[j] = mine[j]
            for j in range(width - 1):
                out[j] += t * across[j]
            for j in range(1, width):
                out[j] -= t * across[j - 1]
            for a in range(axes - 1):
                stride = 1 if a == axes - 2 else height
                place, period = (k % height, height) if a == axes - 2 else (k, rows)
                if place + stride < period:
                    dual = u[p, a, k]
                    for j in range(width):
                        out[j] += t * dual[j]
                if place >= stride:
                    dual = u[p, a, k - stride]
                    for j in range(width):
                        out[j] -= t * dual[j]
