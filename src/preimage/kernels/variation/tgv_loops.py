"""The steps of denoising by total generalised variation as compiled loops, which pass through memory once."""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage._worker import Worker
from preimage.machine.compiler import compiled

__all__ = ["TgvLoops"]


class TgvLoops(Worker):
    r"""Over-relaxed primal-dual steps for ``min_{u, w} 1/2 ||u - x||^2 + |G u - w| + ratio |E w|``: one image.

    Every array is as large as the image. Components stand at the pixel where their length is taken: differences of
    ``u``, and mixed ones of ``w``, at the pixel before; those of a component of ``w`` along its own axis at the pixel
    behind. Where there are none, and where ``w`` has no value, are zeros.

    Args:
        x: (1, C, H, W).
        w: its differences along each axis, (1, C, H - 1, W) and (1, C, H, W - 1).
        ratio: > 0.
        fixed: whether ``u`` stays ``x``.
        relaxation: in (0, 2).
    """

    def __init__(self, x: Tensor, w: list[Tensor], ratio: float, fixed: bool, relaxation: float) -> None:
        self.x = x[0].numpy()
        self.u, self.ahead_u = self.x.copy(), self.x.copy()
        self.w, self.p, self.ahead_w = (np.zeros((2, *self.x.shape), self.x.dtype) for _ in range(3))
        self.w[0, :, :-1], self.w[1, :, :, :-1] = w[0][0].numpy(), w[1][0].numpy()
        self.q = np.zeros((3, *self.x.shape), self.x.dtype)
        self.fresh = np.empty((5, self.x.shape[0], self.x.shape[2]), self.x.dtype)
        self.length = np.empty(self.x.shape[2], self.x.dtype)
        self.ratio, self.fixed, self.relaxation = ratio, fixed, relaxation

    def step(self, t: float, s: float, keep: bool) -> tuple[Tensor, list[Tensor], list[Tensor]] | None:
        """One step of primal size ``t`` and dual size ``s``; where ``keep``, ``u``, ``w``, ``q`` before relaxation."""
        u, w, q = (np.zeros_like(part) if keep else part for part in (self.u, self.w, self.q))
        if keep and self.fixed:
            u[:] = self.u
        compiled(advance)(
            self.x, self.u, self.w, self.p, self.q, self.ahead_u, self.ahead_w, self.fresh, self.length, t, s,
            self.ratio, self.relaxation, self.fixed, keep, u, w, q,
        )  # fmt: skip
        if not keep:
            return None
        image, field, dual = (torch.from_numpy(part) for part in (u, w, q))
        slopes = [field[0, None, :, :-1], field[1, None, :, :, :-1]]
        return image[None], slopes, [dual[0, None, :, 1:-1], dual[1, None, :, :-1, :-1], dual[2, None, :, :, 1:-1]]


def advance(
    x: Any, u: Any, w: Any, p: Any, q: Any, ahead_u: Any, ahead_w: Any, fresh: Any, length: Any, t: float, s: float,
    ratio: float, relaxation: float, fixed: bool, keep: bool, kept_u: Any, kept_w: Any, kept_q: Any,
) -> None:  # fmt: skip
    """One step; the dual variables of a row are updated when the primal ones of the next are."""
    for k in range(x.shape[1] + 1):
        if k < x.shape[1]:
            for c in range(x.shape[0]):
                if not fixed:
                    _descend(x, u, p, ahead_u, c, k, t, relaxation, keep, kept_u)
                _bend(w, p, q, ahead_w, c, k, t, relaxation, keep, kept_w)
        if k > 0:
            for c in range(x.shape[0]):
                _ascend(p, q, ahead_u, ahead_w, fresh, c, k - 1, s)
            _project(p, fresh[:2], length, k - 1, 1.0, relaxation, kept_q[:0])
            _project(q, fresh[2:], length, k - 1, ratio, relaxation, kept_q if keep else kept_q[:0])


def _descend(
    x: Any, u: Any, p: Any, ahead: Any, c: int, k: int, t: float, relaxation: float, keep: bool, kept: Any
) -> None:
    """Row ``k`` of ``u``: towards ``x - G^T p``."""
    number, width = x.dtype.type, x.shape[2]
    part, r, two = number(t / (1 + t)), number(relaxation), number(2)
    out, image, old, down, across = ahead[c, k], x[c, k], u[c, k], p[0, c, k], p[1, c, k]
    for j in range(width):
        out[j] = image[j] + down[j] + across[j]
    for j in range(1, width):
        out[j] -= across[j - 1]
    if k > 0:
        above = p[0, c, k - 1]
        for j in range(width):
            out[j] -= above[j]
    if keep:
        for j in range(width):
            kept[c, k, j] = old[j] + part * (out[j] - old[j])
    for j in range(width):
        move = part * (out[j] - old[j])
        out[j] = old[j] + two * move
        old[j] += r * move


def _bend(
    w: Any, p: Any, q: Any, ahead: Any, c: int, k: int, t: float, relaxation: float, keep: bool, kept: Any
) -> None:
    """Row ``k`` of ``w``: along ``p - E^T q``."""
    number, height, width = w.dtype.type, w.shape[2], w.shape[3]
    step, r, two, half = number(t), number(relaxation), number(2), number(math.sqrt(0.5))
    mixed = q[1, c, k]
    for a in range(2):
        out, dual, own, old = ahead[a, c, k], p[a, c, k], q[2 * a, c, k], w[a, c, k]
        for j in range(width):
            out[j] = dual[j] - own[j] + half * mixed[j]
        if a == 0:
            for j in range(1, width):
                out[j] -= half * mixed[j - 1]
            if k < height - 1:
                below = q[0, c, k + 1]
                for j in range(width):
                    out[j] += below[j]
        else:
            for j in range(width - 1):
                out[j] += own[j + 1]
            if k > 0:
                above = q[1, c, k - 1]
                for j in range(width):
                    out[j] -= half * above[j]
        if keep:
            for j in range(width):
                kept[a, c, k, j] = old[j] + step * out[j]
        for j in range(width):
            move = step * out[j]
            out[j] = old[j] + two * move
            old[j] += r * move


def _ascend(p: Any, q: Any, ahead_u: Any, ahead_w: Any, fresh: Any, c: int, k: int, s: float) -> None:
    """Row ``k`` of the dual variables before they are projected, into ``fresh``."""
    number, height, width = p.dtype.type, p.shape[2], p.shape[3]
    step, half = number(s), number(s * math.sqrt(0.5))
    u, down, across = ahead_u[c, k], ahead_w[0, c, k], ahead_w[1, c, k]
    for a in range(5):
        fresh[a, c, :] = 0
    out, old = fresh[1, c], p[1, c, k]
    for j in range(width - 1):
        out[j] = old[j] + step * (u[j + 1] - u[j] - across[j])
    out, old = fresh[4, c], q[2, c, k]
    for j in range(1, width - 1):
        out[j] = old[j] + step * (across[j] - across[j - 1])
    if k < height - 1:
        out, old, below = fresh[0, c], p[0, c, k], ahead_u[c, k + 1]
        for j in range(width):
            out[j] = old[j] + step * (below[j] - u[j] - down[j])
        out, old, below = fresh[3, c], q[1, c, k], ahead_w[1, c, k + 1]
        for j in range(width - 1):
            out[j] = old[j] + half * (down[j + 1] - down[j] + below[j] - across[j])
        if k > 0:
            out, old, above = fresh[2, c], q[0, c, k], ahead_w[0, c, k - 1]
            for j in range(width):
                out[j] = old[j] + step * (down[j] - above[j])


def _project(z: Any, fresh: Any, length: Any, k: int, radius: float, relaxation: float, kept: Any) -> None:
    """Row ``k`` of ``z``: towards ``fresh``, its vectors shortened to ``radius``; ``kept`` gets them."""
    number = z.dtype.type
    parts, channels, width = fresh.shape
    r, most, inverse = number(relaxation), number(1), number(1 / radius)
    length[:] = 0
    for a in range(parts):
        for c in range(channels):
            new = fresh[a, c]
            for j in range(width):
                length[j] += (inverse * new[j]) * (inverse * new[j])
    for j in range(width):  # a comparison that NaN fails, and passes on
        length[j] = most / math.sqrt(most if length[j] < most else length[j])
    for a in range(parts):
        for c in range(channels):
            new, old = fresh[a, c], z[a, c, k]
            for j in range(width):
                new[j] *= length[j]
                old[j] += r * (new[j] - old[j])
            if len(kept):
                for j in range(width):
                    kept[a, c, k, j] = new[j]
