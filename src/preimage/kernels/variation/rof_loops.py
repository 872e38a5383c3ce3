"""The steps of total-variation denoising as compiled loops, which pass through memory once."""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage._worker import Worker
from preimage.machine.compiler import compiled

__all__ = ["LoopSteps"]

_CHUNK = 1 << 10  # numbers of each array worked on at a time, at least a row: so that all of them stay in the cache


class LoopSteps(Worker):
    """:class:`preimage.kernels.variation.rof.RofSteps` for a single problem (1, C, H, W) or (1, C, D, H, W).

    Pixels are numbered through, and worked on some rows at a time. The dual variables of these rows are updated as soon
    as the primal ones of the following row, in a volume of the following slice, are known, while both are still in the
    cache. Dual variables at the end of an axis are zero, which the divergence finds where it looks back beyond a start;
    before the first of them are some more zeros.
    """

    def __init__(self, x: Tensor, isotropic: bool, relaxation: float) -> None:
        channels, width, size, axes = x.shape[1], x.shape[-1], x[0, 0].numel(), x.ndim - 2
        self.x = x.numpy().reshape(channels, size)
        # How far it is to the next pixel along each axis, after the number of pixels.
        self.strides = np.array([size, *x[0, 0].contiguous().stride()])
        self.u, self.ahead = self.x.copy(), np.empty_like(self.x)
        self.q = np.zeros(self.strides[1] + axes * self.x.size, self.x.dtype)
        chunk = min(max(1, _CHUNK // width) * width, size)
        self.fresh, self.lengths = np.empty((axes, channels, chunk), self.x.dtype), np.empty((2, chunk), self.x.dtype)
        self.shape, self.isotropic, self.relaxation = x.shape, isotropic, relaxation
        self.nothing = np.empty((0, 0), self.x.dtype), np.empty(0, self.x.dtype)

    def step(self, t: float) -> None:
        """One relaxed primal-dual step with primal step size ``t``."""
        self._advance(t, False, *self.nothing)

    def step_and_gap(self, t: float) -> tuple[Tensor, Tensor]:
        """The same step; the primal point that it made before relaxation, and its duality gap over its objective."""
        v, p = np.empty_like(self.x), np.empty_like(self.q)
        p[: self.strides[1]] = 0
        self._advance(t, True, v, p)
        gap = compiled(relative_gap)(self.x, v, p, self.strides, self.isotropic, self.fresh, self.lengths)
        return torch.from_numpy(v).reshape(self.shape), torch.tensor([gap], dtype=torch.from_numpy(v).dtype)

    def _advance(self, t: float, keep: bool, v: Any, p: Any) -> None:
        compiled(advance)(
            self.x, self.u, self.q, self.ahead, self.fresh, self.lengths[0], self.strides, t, self.relaxation,
            self.isotropic, keep, v, p,
        )  # fmt: skip


def advance(
    x: Any, u: Any, q: Any, ahead: Any, fresh: Any, length: Any, strides: Any, t: float, relaxation: float,
    isotropic: bool, keep: bool, v: Any, p: Any,
) -> None:  # fmt: skip
    """One step on pixels (C, n); ``v`` and ``p`` are written where they are to be kept."""
    number = x.dtype.type
    axes, channels, size, chunk = len(strides) - 1, x.shape[0], x.shape[1], len(length)
    gain, double, half = number(relaxation * t / (1 + t)), number(2 * t / (1 + t)), number(t / (1 + t))
    s, r, one, most = number(1 / (4 * axes * t)), number(relaxation), number(1), number(np.finfo(x.dtype).max)
    width, far = strides[axes - 1], strides[1]
    known = begin = 0  # pixels whose `ahead` is known, and those whose dual variables are done
    while begin < size:
        n = min(chunk, size - known)
        for c in range(channels if n else 0):
            # The ascent x + div q, of which u takes a part.
            out, xs, us = ahead[c, known : known + n], x[c, known : known + n], u[c, known : known + n]
            at = far + ((axes - 1) * channels + c) * size + known
            across, left = q[at : at + n], q[at - 1 : at - 1 + n]
            at -= channels * size
            down, above = q[at : at + n], q[at - width : at - width + n]
            for i in range(n):
                out[i] = xs[i] + across[i] - left[i] + down[i] - above[i]
            if axes == 3:
                at -= channels * size
                deep, front = q[at : at + n], q[at - far : at - far + n]
                for i in range(n):
                    out[i] += deep[i] - front[i]
            if keep:
                kept = v[c, known : known + n]
                for i in range(n):
                    kept[i] = us[i] + half * (out[i] - us[i])
            for i in range(n):
                towards = out[i] - us[i]
                out[i] = us[i] + double * towards
                us[i] += gain * towards
        known += n
        n = min(chunk, size - begin)
        if known < min(begin + n + far, size):
            continue
        for a in range(axes):
            period, stride = strides[a], strides[a + 1]
            for c in range(channels):
                new, at = fresh[a, c], far + (a * channels + c) * size + begin
                inside = max(0, min(n, size - stride - begin))
                old, mine = q[at : at + inside], ahead[c, begin : begin + inside]
                other = ahead[c, begin + stride : begin + stride + inside]
                for i in range(inside):
                    new[i] = old[i] + s * (other[i] - mine[i])
                for end in range(max(0, period - stride - begin % period), n, period):
                    new[end : min(n, end + stride)] = 0
        for first in range(1 if isotropic else axes):
            last = axes if isotropic else first + 1
            length[:] = 0
            for a in range(first, last):
                for c in range(channels):
                    new = fresh[a, c]
                    for i in range(n):
                        length[i] += new[i] * new[i]
            for i in range(n):  # comparisons that NaN fails, and passes on; the root of infinity may be NaN
                length[i] = one / math.sqrt(one if length[i] < one else most if length[i] > most else length[i])
            for a in range(first, last):
                for c in range(channels):
                    new, at = fresh[a, c], far + (a * channels + c) * size + begin
                    old = q[at : at + n]
                    for i in range(n):
                        new[i] *= length[i]
                        old[i] += r * (new[i] - old[i])
                    if keep:
                        kept = p[at : at + n]
                        for i in range(n):
                            kept[i] = new[i]
        begin += n


def relative_gap(x: Any, v: Any, p: Any, strides: Any, isotropic: bool, fresh: Any, lengths: Any) -> float:
    """``sum |grad v| - <grad v, p> + 1/2 ||v - x - div p||^2`` over the objective: a sum without cancellation."""
    axes, channels, size, chunk = len(strides) - 1, x.shape[0], x.shape[1], lengths.shape[1]
    distance, variation, excess, rest = 0.0, 0.0, 0.0, 0.0
    square, product = lengths[0], lengths[1]
    for begin in range(0, size, chunk):
        n = min(chunk, size - begin)
        for first in range(1 if isotropic else axes):
            square[:] = 0
            product[:] = 0
            for a in range(first, axes if isotropic else first + 1):
                period, stride = strides[a], strides[a + 1]
                for c in range(channels):
                    slope, at = fresh[a, c], strides[1] + (a * channels + c) * size + begin
                    inside = max(0, min(n, size - stride - begin))
                    mine, other = v[c, begin : begin + inside], v[c, begin + stride : begin + stride + inside]
                    for i in range(inside):
                        slope[i] = other[i] - mine[i]
                    for end in range(max(0, period - stride - begin % period), n, period):
                        slope[end : min(n, end + stride)] = 0
                    dual = p[at : at + n]
                    for i in range(n):
                        square[i] += slope[i] * slope[i]
                        product[i] += slope[i] * dual[i]
            for i in range(n):
                slope_length = math.sqrt(square[i])
                variation += slope_length
                excess += slope_length - product[i]
        for c in range(channels):
            residual, mine, xs = fresh[0, c], v[c, begin : begin + n], x[c, begin : begin + n]
            for i in range(n):
                residual[i] = mine[i] - xs[i]
                distance += residual[i] * residual[i]
            for a in range(axes):
                at, stride = strides[1] + (a * channels + c) * size + begin, strides[a + 1]
                dual, before = p[at : at + n], p[at - stride : at - stride + n]
                for i in range(n):
                    residual[i] -= dual[i] - before[i]
            for i in range(n):
                rest += residual[i] * residual[i]
    gap = excess + rest / 2
    return gap / (variation + distance / 2) if gap > 0 else gap
