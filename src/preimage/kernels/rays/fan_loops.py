"""The adjoint of the projection by a fan as compiled loops.

What a bin gives to a pixel is an integral between the two borders of the pixel, of a function that is constant in each
bin: a difference of two values of a polygon, whatever the widths are. Which piece of the polygon a border is in follows
from its angle.
"""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.kernels.rays.arctangent import AngleNumbers, arctangent_numbers
from preimage.kernels.rays.slabs import FanBins, Slabs
from preimage.machine.compiler import compiled
from preimage.machine.threads import side_by_side

__all__ = ["smear_fan_by_loops"]


def smear_fan_by_loops(values: Tensor, slabs: Slabs, fan: FanBins, rows: bool) -> Tensor:
    """What the views of one kind give to planes (P, R, N) whose rows are their slabs.

    Args:
        values: sinograms (P, V, K), weighted, in the order of the knots.
        slabs: the lines of all views.
        fan: that of ``slabs``.
        rows: whether the views whose slabs are rows are meant, or those whose slabs are columns.
    """
    chosen = torch.tensor(slabs.along_rows) == rows
    shape = slabs.shape if rows else slabs.shape[::-1]
    out = values.new_empty(len(values), shape[0], math.ceil(shape[1] / 4) * 4)  # loops take four pixels at a time
    knots = slabs.knots[chosen]
    ends = knots[:, [0, -1]].to(values.dtype).numpy()
    polygon = _polygon(values[:, chosen], knots)
    scale, shift, middle = slabs.scale[chosen], slabs.shift[chosen], fan.middle[chosen]
    angles: AngleNumbers = (None, None, None)
    if fan.is_curved and len(knots):
        end = max(fan.zero.max().item(), knots.shape[1] - fan.zero.min().item()) / fan.gain  # of the detector
        seen = math.tan(end) if end < 1.5 else math.inf
        angles = arctangent_numbers(out.dtype, fan.gain, seen, _largest_tangent(scale, shift, middle, shape))
    lines = (scale.numpy(), shift.numpy(), middle.numpy())
    place = (fan.zero[chosen].numpy(), fan.gain, knots.shape[1], *angles)
    loops, arguments = compiled(smear_fan), (*lines, *place, ends, *polygon, out.numpy())
    pieces = [part.numpy() for part in torch.arange(shape[0]).chunk(torch.get_num_threads())]
    with side_by_side(out.device, len(pieces)) as each:
        list(each(lambda slab: loops(slab, *arguments), pieces))
    return out[:, :, : shape[1]]


def _largest_tangent(scale: Tensor, shift: Tensor, middle: Tensor, shape: tuple[int, ...]) -> float:
    """The bound of ``|tan|`` of the angles from the middle ray to the borders of pixels: it is reached in a corner."""
    row = torch.tensor([0.0, shape[0] - 1.0], dtype=torch.float64)
    column = torch.tensor([[0.0], [shape[1]]], dtype=torch.float64)
    begin, size = (t[:, 0, None, None] + t[:, 1, None, None] * row for t in (shift, scale))
    knot = (column - begin) / size
    ahead = 1 + middle[:, None, None] * knot
    return ((knot - middle[:, None, None]) / ahead).abs().max().item() if (ahead > 0).all() else math.inf


def _polygon(values: Tensor, knots: Tensor) -> tuple[Any, Any, Any, Any]:
    """The integral of ``values`` as ``mean t + level + slope t`` in each bin, and before the first and after the last.

    Without the mean the levels stay small, so that their differences keep their digits. In single precision, level and
    slope of a bin are the halves of one number of 64 bits, because a look-up costs the same for 32.
    """
    wide, width = values.double(), knots.diff(dim=1)
    mean = (wide * width).sum(2) / (knots[:, -1] - knots[:, 0])
    rest = wide - mean[..., None]
    before = (rest * width).cumsum(2) - rest * width
    level = torch.nn.functional.pad(before - rest * knots[:, :-1], (1, 1)).to(values.dtype)
    slope = torch.nn.functional.pad(rest, (1, 1)).to(values.dtype)
    mean = mean.to(values.dtype).contiguous().numpy()
    pairs = torch.stack([level, slope], -1).view(torch.int64).flatten(1) if values.dtype == torch.float32 else None
    return mean, level.flatten(1).numpy(), slope.flatten(1).numpy(), None if pairs is None else pairs.numpy()


def smear_fan(
    rows: Any, scale: Any, shift: Any, middle: Any, zero: Any, gain: float, last: int, numbers: Any, more: Any,
    wide: Any, ends: Any, mean: Any, level: Any, slope: Any, pairs: Any, out: Any,
) -> None:  # fmt: skip
    """``rows`` of planes; ``level`` and ``slope`` (P, V (K + 2)) of polygons whose piece ``k`` ends at border ``k``.

    ``pairs`` holds both in one number, or is None; ``numbers``, ``more`` and ``wide`` are None for a flat detector.
    """
    number = out.dtype.type
    views, stride = mean.shape[1], np.int32(level.shape[1] // mean.shape[1])
    none, unit, top, factor = number(0), number(1), number(last), number(gain)
    low, high, towards = ends[:, 0].copy(), ends[:, 1].copy(), middle.astype(out.dtype)
    start, step, origin, knot, value = np.empty((5, views), out.dtype)
    place, index, base = np.empty((4, views), out.dtype), np.empty((4, views), np.uint32), np.empty(views, np.int32)
    for v in range(views):
        base[v] = np.int32(v) * stride
    for p in range(len(level)):
        for r in rows:
            for v in range(views):
                size = scale[v, 0] + scale[v, 1] * r
                begin = -(shift[v, 0] + shift[v, 1] * r) / size
                start[v], step[v], origin[v] = begin, 1 / size, zero[v] + 1
                t = start[v]
                ratio = (t - towards[v]) / (unit + towards[v] * t)
                border = np.int32(min(max(place_on(ratio, origin[v], factor, numbers, more, wide), none), top))
                knot[v] = min(max(t, low[v]), high[v])
                value[v] = on_piece(level, slope, pairs, p, np.uint32(border + base[v]), t)
            for j in range(0, out.shape[2], 4):
                one, two, three, four = none, none, none, none
                for n in range(4):
                    total, border_at = none, number(np.int32(j + n + 1))
                    for v in range(views):
                        t = start[v] + border_at * step[v]
                        ratio = (t - towards[v]) / (unit + towards[v] * t)
                        border = np.int32(min(max(place_on(ratio, origin[v], factor, numbers, more, wide), none), top))
                        index[n, v], place[n, v] = np.uint32(border + base[v]), t
                        within = min(max(t, low[v]), high[v])
                        total += mean[p, v] * (within - knot[v])
                        knot[v] = within
                    one, two, three, four = two, three, four, total
                for v in range(views):
                    a = on_piece(level, slope, pairs, p, index[0, v], place[0, v])
                    b = on_piece(level, slope, pairs, p, index[1, v], place[1, v])
                    c = on_piece(level, slope, pairs, p, index[2, v], place[2, v])
                    d = on_piece(level, slope, pairs, p, index[3, v], place[3, v])
                    one, two, three, four = one + (a - value[v]), two + (b - a), three + (c - b), four + (d - c)
                    value[v] = d
                out[p, r, j], out[p, r, j + 1], out[p, r, j + 2], out[p, r, j + 3] = one, two, three, four


def on_piece(level: Any, slope: Any, pairs: Any, p: int, k: Any, t: Any) -> Any:
    """``level + slope t`` of piece ``k``."""
    if pairs is None:
        return level[p, k] + slope[p, k] * t
    both = pairs[p, k]
    return np.uint32(both).view(np.float32) + np.uint32(both >> 32).view(np.float32) * t


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
