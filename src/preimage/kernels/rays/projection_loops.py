"""Distance-driven projection as compiled loops, in which sums stay in registers.

Each number of the result is one sum over slabs; no two pieces of work write to the same place. Places and weights are
computed for all slabs before the first look-up, because only loops without look-ups become vector instructions on every
processor. All planes share them, and four planes whose pixels lie side by side each look-up of a weight.
"""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.kernels.rays.slabs import Slabs
from preimage.machine.compiler import compiled
from preimage.machine.threads import side_by_side

__all__ = ["project_by_loops"]


def project_by_loops(x: Tensor, slabs: Slabs) -> Tensor:
    """``A x`` for planes ``x`` (P, H, W): (P, V, K)."""
    taps = math.ceil(slabs.widest_bin - 1e-9) + 1
    border = max(taps, 4) + 1
    out = x.new_empty(len(x), *slabs.weights.shape)
    pieces = []
    for rows in (True, False):
        chosen = torch.tensor([v for v, along in enumerate(slabs.along_rows) if along == rows])
        images = torch.nn.functional.pad(x if rows else x.mT, (border, border + 1))
        together = len(x) // 4 * 4
        fours = images[:together].unflatten(0, (-1, 4)).permute(0, 2, 3, 1).contiguous().numpy()
        single = images[together:].contiguous().numpy()
        length = slabs.shape[1] if rows else slabs.shape[0]
        pieces += [(fours, single, length, part.numpy()) for part in chosen.chunk(torch.get_num_threads()) if len(part)]
    knots, scale, shift, weights = (
        t.contiguous().numpy() for t in (slabs.knots, slabs.scale, slabs.shift, slabs.weights)
    )
    flipped, target, loops = np.array(slabs.flipped), out.numpy(), compiled(project)

    def work(piece: tuple[Any, Any, int, Any]) -> None:
        fours, single, length, views = piece
        loops(fours, single, length, border, taps, views, knots, scale, shift, weights, flipped, target)

    with side_by_side(x.device, len(pieces)) as each:
        list(each(work, pieces))
    return out


def project(
    fours: Any, x: Any, length: int, border: int, taps: int, views: Any, knots: Any, scale: Any, shift: Any,
    weights: Any, flipped: Any, out: Any,
) -> None:  # fmt: skip
    """The ``views`` of planes whose rows are their slabs, with ``border`` zeros before and after each.

    ``fours`` (P', R, N, 4) are the first planes, ``x`` (P, R, N) those that are left.
    """
    planes, groups, slabs = len(out), len(fours), x.shape[1]
    bins, end = weights.shape[1], length + border
    size, inverse, line = np.empty(slabs, x.dtype), np.empty(slabs, x.dtype), np.empty((planes, bins + 1), x.dtype)
    index, part = np.empty(slabs, np.uint32), np.empty((8, slabs), x.dtype)
    for v in views:
        for r in range(slabs):
            size[r] = scale[v, 0] + scale[v, 1] * r
            inverse[r] = 1 / (scale[v, 0] + scale[v, 1] * r)
        largest = max(scale[v, 0], scale[v, 0] + scale[v, 1] * (slabs - 1))
        for k in range(0, bins, 2):
            knot, after = knots[v, k], min(k + 2, bins)
            first, both = knots[v, k + 1] - knot, knots[v, after] - knot
            start, slope = knot * scale[v, 0] + shift[v, 0] + border, knot * scale[v, 1] + shift[v, 1]
            is_wide = both * largest > 3
            if first * largest <= 2 and both * largest <= 4:
                find(start, slope, first, both, end, x.shape[2], size, index, part)
                weigh_two_bins(is_wide, inverse, part)
                for g in range(groups):
                    two_bins_of_four(fours[g], index, part, is_wide, line[4 * g : 4 * g + 4, k : k + 2])
                for p in range(4 * groups, planes):
                    line[p, k], line[p, k + 1] = two_bins(x[p - 4 * groups], index, part, is_wide)
                continue
            for one in range(k, after):
                knot, width = knots[v, one], knots[v, one + 1] - knots[v, one]
                start, slope = knot * scale[v, 0] + shift[v, 0] + border, knot * scale[v, 1] + shift[v, 1]
                find(start, slope, width, width, end, x.shape[2], size, index, part)
                for p in range(planes):
                    line[p, one] = 0
                for m in range(min(taps, int(width * largest) + 2)):
                    weigh_pixel(m, inverse, part)
                    for p in range(4 * groups):
                        line[p, one] += pixels_of(fours[p // 4], 4, 4 * m + p % 4, index, part)
                    for p in range(4 * groups, planes):
                        line[p, one] += pixels_of(x[p - 4 * groups], 1, m, index, part)
        for p in range(planes):
            for k in range(bins):
                out[p, v, bins - 1 - k if flipped[v] else k] = weights[v, k] * line[p, k]


def find(
    start: float, slope: float, first: float, both: float, end: int, step: int, size: Any, index: Any, part: Any
) -> None:  # fmt: skip
    """The first pixels that a bin sees of slabs, and where in them it begins and ends, and where the next one ends.

    It begins ``start + r slope`` pixels after the beginning of slab ``r``, each of which has ``step`` pixels.
    """
    number = part.dtype.type
    zero, last, origin, rise = number(0), number(end), number(start), number(slope)
    width, wider, stride = number(first), number(both), np.int32(step)
    for r in range(len(index)):
        t = min(max(origin + rise * number(np.int32(r)), zero), last)
        i = np.int32(t)
        here = t - number(i)
        index[r] = np.uint32(i + np.int32(r) * stride)
        part[0, r], part[1, r], part[2, r] = here, here + width * size[r], here + wider * size[r]


def weigh_two_bins(is_wide: bool, inverse: Any, part: Any) -> None:
    """The weights of three pixels in the first bin, and of four, or five, in the second, where ``find`` left places."""
    number = part.dtype.type
    one, two, three, four = number(1), number(2), number(3), number(4)
    for r in range(len(inverse)):
        here, middle, far = part[0, r], part[1, r], part[2, r]
        u, v, w = min(middle, one), min(max(middle, one), two), max(middle, two)
        part[0, r], part[1, r], part[2, r] = inverse[r] * (u - here), inverse[r] * (v - one), inverse[r] * (w - two)
        part[3, r], part[4, r] = inverse[r] * (min(far, one) - u), inverse[r] * (min(max(far, one), two) - v)
        part[5, r] = inverse[r] * (min(max(far, two), three) - w)
        part[6, r] = inverse[r] * (min(max(far, three), four) - three)
        part[7, r] = inverse[r] * (max(far, four) - four) if is_wide else four


def two_bins(x: Any, index: Any, part: Any, is_wide: bool) -> tuple[Any, Any]:
    """What two bins see of a plane."""
    flat = x.reshape(-1)
    left, right = x.dtype.type(0), x.dtype.type(0)
    for r in range(len(index)):
        j = index[r]
        a, b, c, d = flat[j], flat[j + np.uint32(1)], flat[j + np.uint32(2)], flat[j + np.uint32(3)]
        left += part[0, r] * a + part[1, r] * b + part[2, r] * c
        right += part[3, r] * a + part[4, r] * b + part[5, r] * c + part[6, r] * d
    if is_wide:
        for r in range(len(index)):
            right += part[7, r] * flat[index[r] + np.uint32(4)]
    return left, right


def two_bins_of_four(x: Any, index: Any, part: Any, is_wide: bool, out: Any) -> None:
    """The same of four planes (R, N, 4), into (4, 2)."""
    flat = x.reshape(-1)
    a = b = c = d = e = f = g = h = x.dtype.type(0)
    for r in range(len(index)):
        j = np.int64(index[r]) * 4
        u, v, w = part[0, r], part[1, r], part[2, r]
        a += u * flat[j] + v * flat[j + 4] + w * flat[j + 8]
        b += u * flat[j + 1] + v * flat[j + 5] + w * flat[j + 9]
        c += u * flat[j + 2] + v * flat[j + 6] + w * flat[j + 10]
        d += u * flat[j + 3] + v * flat[j + 7] + w * flat[j + 11]
        s, t, u, v = part[3, r], part[4, r], part[5, r], part[6, r]
        e += s * flat[j] + t * flat[j + 4] + u * flat[j + 8] + v * flat[j + 12]
        f += s * flat[j + 1] + t * flat[j + 5] + u * flat[j + 9] + v * flat[j + 13]
        g += s * flat[j + 2] + t * flat[j + 6] + u * flat[j + 10] + v * flat[j + 14]
        h += s * flat[j + 3] + t * flat[j + 7] + u * flat[j + 11] + v * flat[j + 15]
    out[0, 0], out[1, 0], out[2, 0], out[3, 0] = a, b, c, d
    out[0, 1], out[1, 1], out[2, 1], out[3, 1] = e, f, g, h
    if is_wide:
        for q in range(4):
            for r in range(len(index)):
                out[q, 1] += part[7, r] * flat[np.int64(index[r]) * 4 + 16 + q]


def weigh_pixel(m: int, inverse: Any, part: Any) -> None:
    """The weight of the pixel ``m`` after the first, in a bin whose places ``find`` left."""
    number = part.dtype.type
    low, high, zero = number(m), number(m + 1), number(0)
    for r in range(len(inverse)):
        part[3, r] = inverse[r] * max(min(part[1, r], high) - max(part[0, r], low), zero)


def pixels_of(x: Any, stride: int, offset: int, index: Any, part: Any) -> Any:
    """What the bin sees of these pixels: number ``offset`` after ``stride`` times the index."""
    flat = x.reshape(-1)
    total = x.dtype.type(0)
    for r in range(len(index)):
        total += part[3, r] * flat[np.int64(index[r]) * stride + offset]
    return total
