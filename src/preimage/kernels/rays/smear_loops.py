"""The adjoint of distance-driven projection as compiled loops, in which sums over views stay in registers.

No two pieces of work write to the same place. Where a pixel looks, and the weights, are computed for all views before
the first look-up, because only loops without look-ups become vector instructions on every processor; several planes
share them.
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

__all__ = ["smear_by_loops"]


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
    index, base = np.empty((2, views), np.int32)
    begin, near, following = np.empty((3, views), z.dtype)
    for v in range(views):
        base[v] = np.int32(v) * stride
    for r in rows:
        for v in range(views):
            begin[v] = start[0, v] + start[1, v] * r
        for j in range(columns):
            place = number(j)
            for v in range(views):
                u = min(max(begin[v] + place * width[v], zero), top)
                i = np.int32(u)
                here = u - number(i)
                end = here + width[v]
                index[v] = i + base[v]
                near[v], following[v] = min(end, one) - here, max(min(end, two) - one, zero)
            for p in range(len(z)):
                flat, total = z[p].reshape(-1), zero
                for v in range(views):
                    k = np.uint32(index[v])
                    total += near[v] * flat[k] + following[v] * flat[k + np.uint32(1)]
                out[p, r, j] = total
            for m in range(2, taps):
                low = number(m)
                for v in range(views):
                    u = min(max(begin[v] + place * width[v], zero), top)
                    near[v] = max(min(u - number(np.int32(u)) + width[v], low + one) - low, zero)
                for p in range(len(z)):
                    flat, total = z[p].reshape(-1), zero
                    for v in range(views):
                        total += near[v] * flat[np.uint32(index[v] + np.int32(m))]
                    out[p, r, j] += total
