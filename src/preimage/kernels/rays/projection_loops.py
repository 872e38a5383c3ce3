"""Distance-driven projection as compiled loops, in which sums stay in registers.

Each number of the result is one sum over slabs or views, which the compiler turns into vector instructions; no two
pieces of work write to the same place.
"""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.kernels.rays.fan_loops import smear_fan_by_loops
from preimage.kernels.rays.slabs import Slabs
from preimage.machine.compiler import compiled
from preimage.machine.threads import side_by_side

__all__ = ["project_by_loops", "smear_by_loops"]


def project_by_loops(x: Tensor, slabs: Slabs) -> Tensor:
    """``A x`` for planes ``x`` (P, H, W): (P, V, K)."""
    taps = math.ceil(slabs.widest_bin - 1e-9) + 1
    border = max(taps, 4) + 1
    out = x.new_empty(len(x), *slabs.weights.shape)
    pieces = []
    for rows in (True, False):
        chosen = torch.tensor([v for v, along in enumerate(slabs.along_rows) if along == rows])
        image = torch.nn.functional.pad(x if rows else x.mT, (border, border + 1)).contiguous().numpy()
        length = slabs.shape[1] if rows else slabs.shape[0]
        pieces += [(image, length, part.numpy()) for part in chosen.chunk(torch.get_num_threads()) if len(part)]
    knots, scale, shift, weights = (
        t.contiguous().numpy() for t in (slabs.knots, slabs.scale, slabs.shift, slabs.weights)
    )
    flipped, target, loops = np.array(slabs.flipped), out.numpy(), compiled(project)

    def work(piece: tuple[Any, int, Any]) -> None:
        image, length, views = piece
        loops(image, length, border, taps, views, knots, scale, shift, weights, flipped, target)

    with side_by_side(x.device, len(pieces)) as each:
        list(each(work, pieces))
    return out


def project(
    x: Any, length: int, border: int, taps: int, views: Any, knots: Any, scale: Any, shift: Any, weights: Any,
    flipped: Any, out: Any,
) -> None:  # fmt: skip
    """The ``views`` of planes whose rows are their slabs, with ``border`` zeros before and after each."""
    planes, slabs = x.shape[:2]
    bins = weights.shape[1]
    size, inverse, line = np.empty(slabs, x.dtype), np.empty(slabs, x.dtype), np.empty(bins, x.dtype)
    for v in views:
        for r in range(slabs):
            size[r] = scale[v, 0] + scale[v, 1] * r
            inverse[r] = 1 / (scale[v, 0] + scale[v, 1] * r)
        widest = 0.0
        for k in range(bins):
            widest = max(widest, knots[v, k + 1] - knots[v, k])
        widest *= max(scale[v, 0], scale[v, 0] + scale[v, 1] * (slabs - 1))
        for p in range(planes):
            if widest <= 1.5:
                pairs_of_bins(x[p], length + border, border, knots[v], scale[v], shift[v], size, inverse, line)
            else:
                single_bins(x[p], length + border, border, taps, knots[v], scale[v], shift[v], size, inverse, line)
            for k in range(bins):
                out[p, v, bins - 1 - k if flipped[v] else k] = weights[v, k] * line[k]


def pairs_of_bins(
    x: Any, end: int, border: int, knots: Any, scale: Any, shift: Any, size: Any, inverse: Any, out: Any
) -> None:  # fmt: skip
    """Two bins at a time of one view of a plane, each of at most 1.5 pixels, which lie in four pixels together."""
    number = x.dtype.type
    slabs, step, bins = len(x), np.int32(x.shape[1]), len(out)
    zero, one, two, three, last = number(0), number(1), number(2), number(3), number(end)
    flat = x.reshape(-1)
    for k in range(0, bins, 2):
        knot, after = knots[k], min(k + 2, bins)
        width, both = number(knots[k + 1] - knot), number(knots[after] - knot)
        start = number(knot * scale[0] + shift[0] + border)
        slope = number(knot * scale[1] + shift[1])
        left, right = zero, zero
        for r in range(slabs):
            t = min(max(start + slope * number(np.int32(r)), zero), last)
            i = np.int32(t)
            here = t - number(i)
            middle, far = here + width * size[r], here + both * size[r]
            j = np.uint32(i + np.int32(r) * step)
            a, b, c, d = flat[j], flat[j + np.uint32(1)], flat[j + np.uint32(2)], flat[j + np.uint32(3)]
            u, v, w = min(middle, one), min(max(middle, one), two), max(middle, two)
            left += inverse[r] * ((u - here) * a + (v - one) * b + (w - two) * c)
            part = (min(far, one) - u) * a + (min(max(far, one), two) - v) * b
            part += (min(max(far, two), three) - w) * c + (max(far, three) - three) * d
            right += inverse[r] * part
        out[k] = left
        if k + 1 < bins:
            out[k + 1] = right


def single_bins(
    x: Any, end: int, border: int, taps: int, knots: Any, scale: Any, shift: Any, size: Any, inverse: Any, out: Any
) -> None:  # fmt: skip
    """One bin after the other of one view of a plane, of any width."""
    number = x.dtype.type
    slabs, step = len(x), np.int32(x.shape[1])
    zero, one, two, three, last = number(0), number(1), number(2), number(3), number(end)
    largest = max(size[0], size[slabs - 1])
    flat = x.reshape(-1)
    for k in range(len(out)):
        knot, width = knots[k], number(knots[k + 1] - knots[k])
        start = number(knot * scale[0] + shift[0] + border)
        slope = number(knot * scale[1] + shift[1])
        total = zero
        for r in range(slabs):
            t = min(max(start + slope * number(np.int32(r)), zero), last)
            i = np.int32(t)
            here = t - number(i)
            far = here + width * size[r]
            j = np.uint32(i + np.int32(r) * step)
            part = (min(far, one) - here) * flat[j]
            part += max(min(far, two) - one, zero) * flat[j + np.uint32(1)]
            part += max(min(far, three) - two, zero) * flat[j + np.uint32(2)]
            total += inverse[r] * part
        for m in range(3, min(taps, int(width * largest) + 2)):
            low = number(m)
            for r in range(slabs):
                t = min(max(start + slope * number(np.int32(r)), zero), last)
                i = np.int32(t)
                far = t - number(i) + width * size[r]
                j = np.uint32(i + np.int32(r) * step + np.int32(m))
                total += inverse[r] * max(min(far, low + one) - low, zero) * flat[j]
        out[k] = total


def smear_by_loops(y: Tensor, slabs: Slabs) -> Tensor:
    """``A^H y`` for sinograms ``y`` (P, V, K): (P, H, W)."""
    values = torch.where(torch.tensor(slabs.flipped)[:, None], y.flip(2), y)
    if slabs.fan is not None:
        parts = [
            smear_fan_by_loops(values * slabs.weights.to(y.dtype), slabs, slabs.fan, rows) for rows in (True, False)
        ]
    else:
        values = values * (slabs.weights * slabs.knots.diff(dim=1)).to(y.dtype)
        parts = [_smear(values, slabs, rows) for rows in (True, False)]
    return parts[0] + parts[1].mT


def _smear(values: Tensor, slabs: Slabs, rows: bool) -> Tensor:
    """What the parallel views of one kind give to (P, R, N) whose rows are their slabs."""
    chosen = torch.tensor(slabs.along_rows) == rows
    shape = slabs.shape if rows else slabs.shape[::-1]
    knots, shift = slabs.knots[chosen], slabs.shift[chosen]
    taps = math.ceil(slabs.widest_pixel - 1e-9) + 1
    border = taps + 1
    z = torch.nn.functional.pad(values[:, chosen], (border, border + 1)).contiguous()
    out = values.new_empty(len(values), *shape)
    width = knots[:, 1] - knots[:, 0]
    start = torch.stack([border - (shift[:, 0] + knots[:, 0]) / width, -shift[:, 1] / width])
    last = z.shape[2] - taps - 1
    arguments = (start.numpy(), (1 / width).to(z.dtype).numpy(), taps, last, z.numpy(), out.numpy())
    pieces = [part.numpy() for part in torch.arange(shape[0]).chunk(torch.get_num_threads())]
    loops = compiled(smear_uniform)
    with side_by_side(out.device, len(pieces)) as each:
        list(each(lambda slab: loops(slab, *arguments), pieces))
    return out


def smear_uniform(rows: Any, start: Any, width: Any, taps: int, last: int, z: Any, out: Any) -> None:
    """``rows`` of planes to which bins of equal width give; a pixel is ``width`` bins, row ``r`` is at ``start``."""
    number = z.dtype.type
    views, stride, columns = z.shape[1], np.int32(z.shape[2]), out.shape[2]
    zero, one, two, top = number(0), number(1), number(2), number(last)
    begin = np.empty(views, z.dtype)
    for p in range(len(z)):
        flat = z[p].reshape(-1)
        for r in rows:
            for v in range(views):
                begin[v] = start[0, v] + start[1, v] * r
            for j in range(columns):
                total, place = zero, number(j)
                for v in range(views):
                    u = min(max(begin[v] + place * width[v], zero), top)
                    i = np.int32(u)
                    here = u - number(i)
                    end = here + width[v]
                    k = np.uint32(i + np.int32(v) * stride)
                    total += (min(end, one) - here) * flat[k] + max(min(end, two) - one, zero) * flat[k + np.uint32(1)]
                for m in range(2, taps):
                    low = number(m)
                    for v in range(views):
                        u = min(max(begin[v] + place * width[v], zero), top)
                        i = np.int32(u)
                        end = u - number(i) + width[v]
                        k = np.uint32(i + np.int32(v) * stride + np.int32(m))
                        total += max(min(end, low + one) - low, zero) * flat[k]
                out[p, r, j] = total
