"""Back-projection of filtered views as compiled loops, in which sums over views stay in registers.

Pixels side by side look at places side by side in every view. So a tile of pixels takes some views at a time: what it
looks at then stays in the cache. Where a pixel looks is computed for all of these views before the first look-up,
because only loops without look-ups become vector instructions on every processor: on some with AVX2 alone the look-ups
would keep the rest from it, which then takes three times as long.
"""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.kernels.rays.arctangent import AngleNumbers, arctangent_numbers
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
        loops, arguments = compiled(add_fan), (rays.ahead.numpy(), *_angles(q.dtype, rays, q.shape[2]), *place)

    def add(row: int) -> None:
        for view in range(0, q.shape[1], _VIEWS):
            end = min(row + _TILE, rays.shape[0])
            loops(row, end, view, min(view + _VIEWS, q.shape[1]), *arguments)

    rows = range(0, rays.shape[0], _TILE)
    with side_by_side(q.device, len(rows)) as each:
        list(each(add, rows))
    return out


def _angles(dtype: torch.dtype, rays: PixelRays, last: int) -> AngleNumbers:
    """What :func:`place_on` needs for a detector that ends at the bin ``last``."""
    if not rays.is_curved:
        return None, None, None
    row, column = rays.shape[0] - 1.0, rays.shape[1] - 1.0
    corners = torch.tensor([[1, 0, 0], [1, row, 0], [1, 0, column], [1, row, column]], dtype=torch.float64)
    across, ahead = rays.across @ corners.T, rays.ahead @ corners.T
    # Between corners in front of the source the tangent is between theirs. Beyond its ends the detector sees nothing.
    largest = (across / ahead).abs().max().item() if (ahead > 0).all() else math.inf
    end = max(rays.zero + 1, last - rays.zero) / rays.gain
    return arctangent_numbers(dtype, rays.gain, math.tan(end) if end < 1.5 else math.inf, largest)


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
    begin, step, part = np.empty((3, _VIEWS), q.dtype)
    base, index = np.empty(_VIEWS, np.int32), np.empty(_VIEWS, np.uint32)
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
                        index[v], part[v] = np.uint32(i + base[v]), u - number(i)
                    for v in range(count):
                        total += between(q, pairs, p, index[v], part[v])
                    out[p, r, j] += total


def add_fan(
    row: int, end: int, view: int, last: int, ahead: Any, numbers: Any, more: Any, wide: Any, across: Any, zero: float,
    gain: float, top: int, stride: int, q: Any, pairs: Any, out: Any,
) -> None:  # fmt: skip
    """The same, each view weighted by the distance of the pixel from the source."""
    number = q.dtype.type
    columns, count = out.shape[2], last - view
    low, high, one, origin, factor = number(1), number(top), number(1), number(zero), number(gain)
    a0, a1, b0, b1, part, weight = np.empty((6, _VIEWS), q.dtype)
    base, index = np.empty(_VIEWS, np.int32), np.empty(_VIEWS, np.uint32)
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
                        ratio = (a0[v] + place * a1[v]) * inverse
                        u = min(max(place_on(ratio, origin, factor, numbers, more, wide), low), high)
                        i = np.int32(u)
                        index[v], part[v] = np.uint32(i + base[v]), u - number(i)
                        weight[v] = inverse * inverse
                    for v in range(count):
                        total += between(q, pairs, p, index[v], part[v]) * weight[v]
                    out[p, r, j] += total


def between(q: Any, pairs: Any, p: int, k: Any, part: Any) -> Any:
    """What is ``part`` of the way from sample ``k`` to the next."""
    if pairs is None:
        return q[p, k] + part * (q[p, k + np.uint32(1)] - q[p, k])
    both = pairs[p, k]
    return np.uint32(both).view(np.float32) + np.uint32(both >> 32).view(np.float32) * part


def place_on(t: Any, origin: Any, factor: Any, numbers: Any, more: Any, wide: Any) -> Any:
    """``origin + factor t``, or ``origin + factor atan(t)``.

    ``numbers``, ``more`` and ``wide`` are those of ``arctangent_numbers`` with the gain ``factor``, or None.
    """
    if numbers is None:
        return origin + factor * (t if wide is None else math.atan(t))
    if wide is None:
        y = t * t
        rest = y * numbers[3] if more is None else y * (numbers[3] + y * (more[0] + y * more[1]))
        return origin + t * (numbers[0] + y * (numbers[1] + y * (numbers[2] + rest)))
    one = np.float32(1)
    x = min(abs(t), one / abs(t))
    y = x * x
    rest = y * (more[0] + y * (more[1] + y * (more[2] + y * (more[3] + y * more[4]))))
    angle = x * (numbers[0] + y * (numbers[1] + y * (numbers[2] + y * (numbers[3] + rest))))
    angle = np.float32(math.pi / 2) * numbers[0] - angle if abs(t) > one else angle
    return origin - angle if t < np.float32(0) else origin + angle
