"""Back-projection of filtered views as compiled loops, in which sums over views stay in registers.

Pixels side by side look at places side by side in every view. So a tile of pixels takes some views at a time: what it
looks at then stays in the cache.
"""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.kernels.rays.arctangent import arctangent_numbers
from preimage.kernels.rays.pixel_rays import PixelRays
from preimage.machine.compiler import compiled
from preimage.machine.threads import side_by_side

__all__ = ["back_project_by_loops"]

_TILE = 64  # pixels on each side
_VIEWS = 64  # of one tile at a time


def back_project_by_loops(q: Tensor, rays: PixelRays) -> Tensor:
    """:func:`preimage.kernels.rays.back_projection.back_project` for planes (P, V, K) on a CPU, not recorded."""
    padded = torch.nn.functional.pad(q, (2, 3))
    pairs = None
    if q.dtype == torch.float32:
        # A value and the way to the next are the halves of one number of 64 bits, because a look-up costs the same.
        steps = torch.nn.functional.pad(padded.diff(dim=2), (0, 1))
        pairs = torch.stack([padded, steps], -1).view(torch.int64).flatten(1).numpy()
    out = q.new_zeros(len(q), *rays.shape)
    top, stride = q.shape[2] + 2, padded.shape[2]
    place = (rays.across.numpy(), rays.zero + 2, rays.gain, top, stride, padded.flatten(1).numpy(), pairs, out.numpy())
    if rays.is_parallel:
        loops, arguments = compiled(add_parallel), place
    else:
        loops, arguments = compiled(add_fan), (rays.ahead.numpy(), *_angles(q.dtype, rays), *place)

    def add(row: int) -> None:
        for view in range(0, q.shape[1], _VIEWS):
            end = min(row + _TILE, rays.shape[0])
            loops(row, end, view, min(view + _VIEWS, q.shape[1]), *arguments)

    rows = range(0, rays.shape[0], _TILE)
    with side_by_side(q.device, len(rows)) as each:
        list(each(add, rows))
    return out


def _angles(dtype: torch.dtype, rays: PixelRays) -> tuple[Any, bool | None]:
    """What :func:`tangent_or_angle` needs."""
    if not rays.is_curved:
        return None, None
    row, column = rays.shape[0] - 1.0, rays.shape[1] - 1.0
    corners = torch.tensor([[1, 0, 0], [1, row, 0], [1, 0, column], [1, row, column]], dtype=torch.float64)
    across, ahead = rays.across @ corners.T, rays.ahead @ corners.T
    # Between corners in front of the source the tangent is between theirs.
    largest = (across / ahead).abs().max().item() if (ahead > 0).all() else math.inf
    return arctangent_numbers(dtype, 0 if dtype == torch.float64 else largest)


def add_parallel(
    row: int, end: int, view: int, last: int, across: Any, zero: float, gain: float, top: int, stride: int, q: Any,
    pairs: Any, out: Any,
) -> None:  # fmt: skip
    """Add views ``view`` to ``last`` to rows ``row`` to ``end`` of planes (P, H, W).

    ``q`` (P, V stride) holds views with two zeros before and three after, ``pairs`` values and steps, or is None.
    """
    number = q.dtype.type
    columns, count = out.shape[2], last - view
    low, high = number(1), number(top)
    begin, step = np.empty((2, _VIEWS), q.dtype)
    base = np.empty(_VIEWS, np.int32)
    for p in range(len(q)):
        for left in range(0, columns, _TILE):
            for r in range(row, end):
                for v in range(count):
                    base[v] = (view + v) * stride
                    begin[v] = zero + gain * (across[view + v, 0] + across[view + v, 1] * r)
                    step[v] = gain * across[view + v, 2]
                for j in range(left, min(left + _TILE, columns)):
                    total, place = number(0), number(j)
                    for v in range(count):
                        u = min(max(begin[v] + place * step[v], low), high)
                        i = np.int32(u)
                        k = np.uint32(i + base[v])
                        total += between(q, pairs, p, k, u - number(i))
                    out[p, r, j] += total


def add_fan(
    row: int, end: int, view: int, last: int, ahead: Any, numbers: Any, wide: Any, across: Any, zero: float,
    gain: float, top: int, stride: int, q: Any, pairs: Any, out: Any,
) -> None:  # fmt: skip
    """The same, each view weighted by the distance of the pixel from the source."""
    number = q.dtype.type
    columns, count = out.shape[2], last - view
    low, high, one, origin, factor = number(1), number(top), number(1), number(zero), number(gain)
    a0, a1, b0, b1 = np.empty((4, _VIEWS), q.dtype)
    base = np.empty(_VIEWS, np.int32)
    for p in range(len(q)):
        for left in range(0, columns, _TILE):
            for r in range(row, end):
                for v in range(count):
                    base[v] = (view + v) * stride
                    a0[v], a1[v] = across[view + v, 0] + across[view + v, 1] * r, across[view + v, 2]
                    b0[v], b1[v] = ahead[view + v, 0] + ahead[view + v, 1] * r, ahead[view + v, 2]
                for j in range(left, min(left + _TILE, columns)):
                    total, place = number(0), number(j)
                    for v in range(count):
                        inverse = one / (b0[v] + place * b1[v])
                        angle = tangent_or_angle((a0[v] + place * a1[v]) * inverse, numbers, wide)
                        u = min(max(origin + factor * angle, low), high)
                        i = np.int32(u)
                        k = np.uint32(i + base[v])
                        total += between(q, pairs, p, k, u - number(i)) * (inverse * inverse)
                    out[p, r, j] += total


def between(q: Any, pairs: Any, p: int, k: Any, part: Any) -> Any:
    """What is ``part`` of the way from sample ``k`` to the next."""
    if pairs is None:
        return q[p, k] + part * (q[p, k + np.uint32(1)] - q[p, k])
    both = pairs[p, k]
    return np.uint32(both).view(np.float32) + np.uint32(both >> 32).view(np.float32) * part


def tangent_or_angle(t: Any, c: Any, wide: Any) -> Any:
    """``t``, or its arctangent, in single precision by a polynomial; ``c`` and ``wide`` as ``_angles`` gives them."""
    if c is None:
        return t
    if c.itemsize == 8:
        return math.atan(t)
    if wide is None:
        y = t * t
        return t + t * y * (c[0] + y * (c[1] + y * (c[2] + y * (c[3] + y * c[4]))))
    one = np.float32(1)
    x = min(abs(t), one / abs(t))
    y = x * x
    series = c[0] + y * (c[1] + y * (c[2] + y * (c[3] + y * (c[4] + y * (c[5] + y * (c[6] + y * c[7]))))))
    x += x * y * series
    x = np.float32(math.pi / 2) - x if abs(t) > one else x
    return -x if t < np.float32(0) else x
