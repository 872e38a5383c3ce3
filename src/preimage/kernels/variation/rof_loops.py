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
        self.fresh, self.lengths = np.empty((axes * channels, chunk), self.x.dtype), np.empty((2, chunk), self.x.dtype)
        self.shape, self.isotropic, self.relaxation = x.shape, isotropic, relaxation

    def step(self, t: float) -> None:
        """One relaxed primal-dual step with primal step size ``t``."""
        number, part, axes = self.x.dtype.type, t / (1 + t), len(self.strides) - 1
        sizes = number(self.relaxation * part), number(2 * part), number(1 / (4 * axes * t)), number(self.relaxation)
        compiled(advance)(
            self.x, self.u, self.q, self.ahead, self.fresh, self.lengths[0], self.strides, self.isotropic, *sizes,
            number(1), np.finfo(number).max,
        )  # fmt: skip

    def step_and_gap(self, t: float) -> tuple[Tensor, Tensor]:
        """The same step; the primal point that it made before relaxation, and its duality gap over its objective."""
        before = self.u.copy(), self.q.copy()
        self.step(t)
        u, q = (torch.from_numpy(part) for part in before)
        # Of a step without relaxation the extrapolation is twice, and the relaxed one `relaxation` times.
        v = torch.lerp(u, torch.from_numpy(self.ahead), 0.5, out=u)
        p = torch.lerp(q, torch.from_numpy(self.q), 1 / self.relaxation, out=q)
        gap = compiled(relative_gap)(
            self.x, v.numpy(), p.numpy(), self.strides, self.isotropic, self.fresh, self.lengths[0], self.lengths[1]
        )
        return v.reshape(self.shape), torch.tensor([gap], dtype=v.dtype)


def advance(
    x: Any, u: Any, q: Any, ahead: Any, fresh: Any, length: Any, strides: Any, isotropic: bool, gain: Any,
    double: Any, s: Any, r: Any, one: Any, most: Any,
) -> None:  # fmt: skip
    """One step on pixels (C, n), with numbers of their precision: ``one``, and the largest there is."""
    axes, channels, size, chunk = len(strides) - 1, x.shape[0], x.shape[1], len(length)
    width, far, parts = strides[axes - 1], strides[1], len(fresh)
    together = parts if isotropic else channels  # so many parts of the dual variable share their length
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
            for i in range(n):
                towards = out[i] - us[i]
                out[i] = us[i] + double * towards
                us[i] += gain * towards
        known += n
        n = min(chunk, size - begin)
        if known < min(begin + n + far, size):
            continue
        for d in range(parts):
            c, a = d % channels, d // channels
            period, stride, new, at = strides[a], strides[a + 1], fresh[d], far + d * size + begin
            inside = max(0, min(n, size - stride - begin))
            old, mine = q[at : at + inside], ahead[c, begin : begin + inside]
            other = ahead[c, begin + stride : begin + stride + inside]
            for i in range(inside):
                new[i] = old[i] + s * (other[i] - mine[i])
            for end in range(max(0, period - stride - begin % period), n, period):
                new[end : min(n, end + stride)] = 0
        for first in range(0, parts, together):
            length[:] = 0
            for d in range(first, first + together):
                new = fresh[d]
                for i in range(n):
                    length[i] += new[i] * new[i]
            for i in range(n):  # comparisons that NaN fails, and passes on; the root of infinity may be NaN
                length[i] = one / math.sqrt(one if length[i] < one else most if length[i] > most else length[i])
            for d in range(first, first + together):
                new, at = fresh[d], far + d * size + begin
                old = q[at : at + n]
                for i in range(n):
                    old[i] += r * (length[i] * new[i] - old[i])
        begin += n


def relative_gap(x: Any, v: Any, p: Any, strides: Any, isotropic: bool, fresh: Any, square: Any, product: Any) -> float:
    """``sum |grad v| - <grad v, p> + 1/2 ||v - x - div p||^2`` over the objective: a sum without cancellation."""
    channels, size, chunk, parts = x.shape[0], x.shape[1], len(square), len(fresh)
    distance, variation, excess, rest = 0.0, 0.0, 0.0, 0.0
    together, slope = parts if isotropic else channels, fresh[channels]  # the residual is in those before
    for begin in range(0, size, chunk):
        n = min(chunk, size - begin)
        for c in range(channels):
            residual, mine, xs = fresh[c], v[c, begin : begin + n], x[c, begin : begin + n]
            for i in range(n):
                residual[i] = mine[i] - xs[i]
                distance += residual[i] * residual[i]
        for d in range(parts):
            if d % together == 0:
                square[:] = 0
                product[:] = 0
            c, a = d % channels, d // channels
            residual, period, stride, at = fresh[c], strides[a], strides[a + 1], strides[1] + d * size + begin
            inside = max(0, min(n, size - stride - begin))
            mine, other = v[c, begin : begin + inside], v[c, begin + stride : begin + stride + inside]
            for i in range(inside):
                slope[i] = other[i] - mine[i]
            for end in range(max(0, period - stride - begin % period), n, period):
                slope[end : min(n, end + stride)] = 0
            dual, before = p[at : at + n], p[at - stride : at - stride + n]
            for i in range(n):
                square[i] += slope[i] * slope[i]
                product[i] += slope[i] * dual[i]
                residual[i] -= dual[i] - before[i]
            if (d + 1) % together == 0:
                for i in range(n):
                    length = math.sqrt(square[i])
                    variation += length
                    excess += length - product[i]
        for c in range(channels):
            residual = fresh[c]
            for i in range(n):
                rest += residual[i] * residual[i]
    gap = excess + rest / 2
    return gap / (variation + distance / 2) if gap > 0 else gap
