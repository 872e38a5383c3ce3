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

from preimage.kernels.rays.arctangent import arctangent_numbers
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
    numbers, wide = None, None
    if fan.is_curved and len(knots):
        numbers, wide = arctangent_numbers(out.dtype, _largest_tangent(scale, shift, middle, out.shape[1:]))
    lines = (scale.numpy(), shift.numpy(), middle.numpy())
    place = (fan.zero[chosen].numpy(), fan.gain, knots.shape[1], numbers, wide)
    loops, arguments = compiled(smear_fan), (*lines, *place, ends, *polygon, out.numpy())
    pieces = [part.numpy() for part in torch.arange(shape[0]).chunk(torch.get_num_threads())]
    with side_by_side(out.device, len(pieces)) as each:
        list(each(lambda slab: loops(slab, *arguments), pieces))
    return out[:, :, : shape[1]]


def _largest_tangent(scale: Tensor, shift: Tensor, middle: Tensor, shape: torch.Size) -> float:
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
    rows: Any, scale: Any, shift: Any, middle: Any, zero: Any, gain: float, last: int, numbers: Any, wide: Any,
    ends: Any, mean: Any, level: Any, slope: Any, pairs: Any, out: Any,
) -> None:  # fmt: skip
    """``rows`` of planes; ``level`` and ``slope`` (P, V (K + 2)) of polygons whose piece ``k`` ends at border ``k``.

    ``pairs`` holds both in one number, or is None; ``numbers`` and ``wide`` are None for a flat detector.
    """
    number = out.dtype.type
    views, stride = mean.shape[1], np.int32(level.shape[1] // mean.shape[1])
    none, top, factor = number(0), number(last), number(gain)
    low, high = ends[:, 0].copy(), ends[:, 1].copy()
    start, step, a0, b0, b1, origin = np.empty((6, views), out.dtype)
    for p in range(len(level)):
        means = mean[p]
        for r in rows:
            for v in range(views):
                size = scale[v, 0] + scale[v, 1] * r
                begin = -(shift[v, 0] + shift[v, 1] * r) / size
                start[v], step[v], origin[v] = begin, 1 / size, zero[v] + 1
                a0[v], b0[v], b1[v] = begin - middle[v], 1 + middle[v] * begin, middle[v] / size
            for j in range(0, out.shape[2], 4):
                one, two, three, four = none, none, none, none
                for v in range(views):
                    knot, value = none, none
                    for n in range(5):
                        place = number(np.int32(j + n))
                        t = start[v] + place * step[v]
                        ratio = tangent_or_angle((a0[v] + place * step[v]) / (b0[v] + place * b1[v]), numbers, wide)
                        border = np.int32(min(max(origin[v] + factor * ratio, none), top))
                        k = np.uint32(border + np.int32(v) * stride)
                        within, here = min(max(t, low[v]), high[v]), on_piece(level, slope, pairs, p, k, t)
                        change = here - value + means[v] * (within - knot)
                        one += change if n == 1 else none
                        two += change if n == 2 else none
                        three += change if n == 3 else none
                        four += change if n == 4 else none
                        knot, value = within, here
                out[p, r, j], out[p, r, j + 1], out[p, r, j + 2], out[p, r, j + 3] = one, two, three, four


def on_piece(level: Any, slope: Any, pairs: Any, p: int, k: Any, t: Any) -> Any:
    """``level + slope t`` of piece ``k``."""
    if pairs is None:
        return level[p, k] + slope[p, k] * t
    both = pairs[p, k]
    return np.uint32(both).view(np.float32) + np.uint32(both >> 32).view(np.float32) * t


def tangent_or_angle(t: Any, c: Any, wide: Any) -> Any:
    """``t``, or its arctangent; ``c`` and ``wide`` as ``arctangent_numbers`` gives them, or None."""
    if c is None:
        return t
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
