"""The steps of total-variation denoising as compiled loops, which pass through memory once."""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage._worker import Worker
from preimage.machine.compiler import compiled

__all__ = ["LoopSteps"]


class LoopSteps(Worker):
    """:class:`preimage.kernels.rof.RofSteps` for a single problem (1, C, H, W) or (1, C, D, H, W).

    The rows of an image or volume are numbered through. The dual variables of a row are updated as soon as the primal
    ones of the following row, in a volume of the following slice, are known, while both are still in the cache.
    """

    def __init__(self, x: Tensor, isotropic: bool, relaxation: float) -> None:
        channels, height, width = x.shape[1], x.shape[-2], x.shape[-1]
        axes = x.ndim - 2
        self.x = x.numpy().reshape(channels, -1, width)
        self.u, self.ahead = self.x.copy(), np.empty_like(self.x)
        self.q = np.zeros((axes, *self.x.shape), self.x.dtype)
        self.row, self.length = np.empty((axes, channels, width), self.x.dtype), np.empty(width, self.x.dtype)
        self.shape, self.height, self.isotropic, self.relaxation = x.shape, height, isotropic, relaxation
        self.nothing = np.empty((0, 0, 0), self.x.dtype), np.empty((0, 0, 0, 0), self.x.dtype)

    def step(self, t: float) -> None:
        """One relaxed primal-dual step with primal step size ``t``."""
        self._advance(t, False, *self.nothing)

    def step_and_gap(self, t: float) -> tuple[Tensor, Tensor]:
        """The same step; the primal point that it made before relaxation, and its duality gap over its objective."""
        v, p = np.empty_like(self.x), np.empty_like(self.q)
        self._advance(t, True, v, p)
        gap = compiled(relative_gap)(self.x, v, p, self.height, self.isotropic, self.length, self.row)
        return torch.from_numpy(v).reshape(self.shape), torch.tensor([gap], dtype=torch.from_numpy(v).dtype)

    def _advance(self, t: float, keep: bool, v: Any, p: Any) -> None:
        compiled(advance)(
            self.x, self.u, self.q, self.ahead, self.row, self.length, self.height, t, self.relaxation,
            self.isotropic, keep, v, p,
        )  # fmt: skip


def advance(
    x: Any, u: Any, q: Any, ahead: Any, row: Any, length: Any, height: int, t: float, relaxation: float,
    isotropic: bool, keep: bool, v: Any, p: Any,
) -> None:  # fmt: skip
    """One step on rows (C, rows, W); ``v`` and ``p`` are written where they are to be kept."""
    number = x.dtype.type
    axes, channels, rows, width = q.shape
    gain, double, half = number(relaxation * t / (1 + t)), number(2 * t / (1 + t)), number(t / (1 + t))
    s, r, one = number(1 / (4 * axes * t)), number(relaxation), number(1)
    delay = 1 if axes == 2 else height
    for now in range(rows + delay):
        if now < rows:
            for c in range(channels):
                # The ascent x + div q, of which u takes a part.
                out, xs, us = ahead[c, now], x[c, now], u[c, now]
                across, down = q[axes - 1, c, now], q[axes - 2, c, now]
                out[0] = xs[0] + across[0] + down[0]
                for j in range(1, width):
                    out[j] = xs[j] + across[j] - across[j - 1] + down[j]
                if now % height > 0:
                    above = q[axes - 2, c, now - 1]
                    for j in range(width):
                        out[j] -= above[j]
                if axes == 3:
                    deep = q[0, c, now]
                    for j in range(width):
                        out[j] += deep[j]
                    if now >= height:
                        front = q[0, c, now - height]
                        for j in range(width):
                            out[j] -= front[j]
                if keep:
                    kept = v[c, now]
                    for j in range(width):
                        kept[j] = us[j] + half * (out[j] - us[j])
                for j in range(width):
                    towards = out[j] - us[j]
                    out[j] = us[j] + double * towards
                    us[j] += gain * towards
        k = now - delay
        if k < 0:
            continue
        for a in range(axes):
            step = 1 if a == axes - 2 else height
            inside = k % height < height - 1 if a == axes - 2 else k + height < rows
            for c in range(channels):
                mine, old, new = ahead[c, k], q[a, c, k], row[a, c]
                if a == axes - 1:
                    for j in range(width - 1):
                        new[j] = old[j] + s * (mine[j + 1] - mine[j])
                    new[width - 1] = 0
                elif inside:
                    other = ahead[c, k + step]
                    for j in range(width):
                        new[j] = old[j] + s * (other[j] - mine[j])
                else:
                    for j in range(width):
                        new[j] = 0
        for first in range(1 if isotropic else axes):
            last = axes if isotropic else first + 1
            for j in range(width):
                length[j] = 0
            for a in range(first, last):
                for c in range(channels):
                    new = row[a, c]
                    for j in range(width):
                        length[j] += new[j] * new[j]
            for j in range(width):  # a comparison that NaN fails, and passes on
                length[j] = one / math.sqrt(one if length[j] < one else length[j])
            for a in range(first, last):
                for c in range(channels):
                    old, new = q[a, c, k], row[a, c]
                    for j in range(width):
                        new[j] *= length[j]
                    if keep:
                        kept = p[a, c, k]
                        for j in range(width):
                            kept[j] = new[j]
                    for j in range(width):
                        old[j] += r * (new[j] - old[j])


def relative_gap(x: Any, v: Any, p: Any, height: int, isotropic: bool, square: Any, row: Any) -> float:
    """``sum |grad v| - <grad v, p> + 1/2 ||v - x - div p||^2`` over the objective: a sum without cancellation."""
    axes, channels, rows, width = p.shape
    distance, variation, excess, rest = 0.0, 0.0, 0.0, 0.0
    scratch, product = row[0, 0], row[1, 0]
    for k in range(rows):
        for first in range(1 if isotropic else axes):
            for j in range(width):
                square[j] = product[j] = 0
            for a in range(first, axes if isotropic else first + 1):
                step = 1 if a == axes - 2 else height
                inside = k % height < height - 1 if a == axes - 2 else k + height < rows
                for c in range(channels):
                    mine, dual = v[c, k], p[a, c, k]
                    if a == axes - 1:
                        for j in range(width - 1):
                            slope = mine[j + 1] - mine[j]
                            square[j] += slope * slope
                            product[j] += slope * dual[j]
                    elif inside:
                        other = v[c, k + step]
                        for j in range(width):
                            slope = other[j] - mine[j]
                            square[j] += slope * slope
                            product[j] += slope * dual[j]
            total, more = 0.0, 0.0
            for j in range(width):
                total += math.sqrt(square[j])
                more += math.sqrt(square[j]) - product[j]
            variation += total
            excess += more
        for c in range(channels):
            mine, xs, across, down = v[c, k], x[c, k], p[axes - 1, c, k], p[axes - 2, c, k]
            total = 0.0
            for j in range(width):
                scratch[j] = mine[j] - xs[j]
                total += scratch[j] * scratch[j]
                scratch[j] -= across[j] + down[j]
            distance += total
            for j in range(1, width):
                scratch[j] += across[j - 1]
            if k % height > 0:
                above = p[axes - 2, c, k - 1]
                for j in range(width):
                    scratch[j] += above[j]
            if axes == 3:
                deep = p[0, c, k]
                for j in range(width):
                    scratch[j] -= deep[j]
                if k >= height:
                    front = p[0, c, k - height]
                    for j in range(width):
                        scratch[j] += front[j]
            total = 0.0
            for j in range(width):
                total += scratch[j] * scratch[j]
            rest += total
    gap = excess + rest / 2
    return gap / (variation + distance / 2) if gap > 0 else gap
