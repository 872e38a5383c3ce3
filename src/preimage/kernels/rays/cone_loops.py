"""Distance-driven projection of volumes by a cone of rays, as compiled loops.

Volumes lie in memory with their columns along the axis of rotation in one piece, so that what a column of the detector
sees of a slab is a sum of such columns: no index is looked up. Cells of the detector then share out that sum by height.
"""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.kernels.rays.cone_slabs import ConeSlabs
from preimage.machine.compiler import compiled
from preimage.machine.threads import side_by_side

__all__ = ["project_cone_by_loops", "smear_cone_by_loops"]


def project_cone_by_loops(x: Tensor, cone: ConeSlabs) -> Tensor:
    """What the cells measure of volumes ``x`` (P, D, H, W): (P, V, M, K)."""
    views, columns = cone.slabs.weights.shape
    border = math.ceil(cone.tallest_cell) + 3
    out = x.new_zeros(len(x), views, columns, len(cone.heights) - 1)
    numbers, target, loops = _numbers(cone, slice(None)), out.numpy(), compiled(project)
    for rows in (True, False):
        chosen = torch.tensor([v for v, along in enumerate(cone.slabs.along_rows) if along == rows])
        volume = (x if rows else x.mT).permute(0, 2, 3, 1).contiguous().numpy()
        parts = [part.numpy() for part in chosen.chunk(torch.get_num_threads()) if len(part)]
        pieces = [(volume, border, part, *numbers, target) for part in parts]
        with side_by_side(x.device, len(pieces)) as each:
            list(each(lambda piece: loops(*piece), pieces))
    y = out.transpose(2, 3) * _factors(cone, x.dtype)
    flipped = torch.tensor(cone.slabs.flipped)[:, None, None]
    return torch.where(flipped, y.flip(3), y).contiguous()


def smear_cone_by_loops(y: Tensor, cone: ConeSlabs) -> Tensor:
    """The adjoint: volumes (P, D, H, W) of ``y`` (P, V, M, K)."""
    height, width = cone.slabs.shape
    border = math.ceil(1 / _least_cell(cone)) + 3
    flipped = torch.tensor(cone.slabs.flipped)[:, None, None]
    values = (torch.where(flipped, y.flip(3), y) * _factors(cone, y.dtype)).transpose(2, 3)
    values = torch.nn.functional.pad(values, (border, border + 1)).contiguous()
    total, loops = y.new_zeros(len(y), cone.depth, height, width), compiled(smear)
    for rows in (True, False):
        chosen = torch.tensor(cone.slabs.along_rows) == rows
        if not chosen.any():
            continue
        slab_count, length = (height, width) if rows else (width, height)
        volume = y.new_zeros(len(y), slab_count, length, cone.depth)
        seen = values[:, chosen].contiguous().numpy()
        arguments = (seen, border, *_numbers(cone, chosen), volume.numpy())
        pieces = [(piece.numpy(), *arguments) for piece in torch.arange(slab_count).chunk(torch.get_num_threads())]
        with side_by_side(y.device, len(pieces)) as each:
            list(each(lambda piece: loops(*piece), pieces))
        total += (volume if rows else volume.transpose(1, 2)).permute(0, 3, 1, 2)
    return total


def _factors(cone: ConeSlabs, dtype: torch.dtype) -> Tensor:
    """``weights[k] tilt[m, k]`` of each view, (V, M, K)."""
    return cone.tilt(dtype=dtype) * cone.slabs.weights[:, None].to(dtype)


def _least_cell(cone: ConeSlabs) -> float:
    """The height of the lowest cell at any slab, in voxels."""
    slabs = cone.slabs
    last = torch.tensor([slabs.shape[0] if rows else slabs.shape[1] for rows in slabs.along_rows]) - 1
    near = torch.minimum(slabs.scale[:, 0], slabs.scale[:, 0] + slabs.scale[:, 1] * last)
    return (cone.row_height * cone.gain.amin(1) * near).min().item()


def _numbers(cone: ConeSlabs, chosen: Tensor | slice) -> tuple[Any, ...]:
    slabs = cone.slabs
    by_view = (slabs.knots, slabs.scale, slabs.shift, cone.gain, cone.base)
    return (*(tensor[chosen].numpy() for tensor in by_view), cone.heights[0].item(), cone.row_height)


def project(
    x: Any, border: int, views: Any, knots: Any, scale: Any, shift: Any, gain: Any, base: Any, first: float,
    step: float, out: Any,
) -> None:  # fmt: skip
    """The ``views`` of volumes (P, R, N, D), without the factors of cells, added to ``out`` (P, V, K, M)."""
    planes, slabs, length, depth = x.shape
    columns, cells = out.shape[2], out.shape[3]
    profile = np.zeros(depth + 2 * border + 1, x.dtype)
    inner = profile[border : border + depth]
    for p in range(planes):
        for v in views:
            for r in range(slabs):
                size = scale[v, 0] + scale[v, 1] * r
                move = shift[v, 0] + shift[v, 1] * r
                for k in range(columns):
                    low = max(knots[v, k] * size + move, 0.0)
                    high = min(knots[v, k + 1] * size + move, float(length))
                    if high <= low:
                        continue
                    tall = step * gain[v, k] * size
                    bottom = base[v] + first * gain[v, k] * size
                    begin = min(max(math.floor(-bottom / tall), 0), cells)
                    end = min(max(math.ceil((depth - bottom) / tall), begin), cells)
                    inner[:] = 0
                    for j in range(int(low), min(math.ceil(high), length)):
                        weight = x.dtype.type(min(high, j + 1.0) - max(low, float(j)))
                        add_column(x[p, r, j], weight, inner)
                    add_overlaps(profile, bottom + border, tall, begin, end, 1 / (size * size), out[p, v, k])


def smear(
    rows: Any, y: Any, border: int, knots: Any, scale: Any, shift: Any, gain: Any, base: Any, first: float,
    step: float, out: Any,
) -> None:  # fmt: skip
    """Slabs ``rows`` of volumes (P, R, N, D), to which values (P, V, K, M), bordered by zeros, are added."""
    planes, views, columns = y.shape[:3]
    length, depth = out.shape[2], out.shape[3]
    profile = np.empty(depth, y.dtype)
    for p in range(planes):
        for r in rows:
            for v in range(views):
                size = scale[v, 0] + scale[v, 1] * r
                move = shift[v, 0] + shift[v, 1] * r
                for k in range(columns):
                    low = max(knots[v, k] * size + move, 0.0)
                    high = min(knots[v, k + 1] * size + move, float(length))
                    if high <= low:
                        continue
                    tall = step * gain[v, k] * size
                    start = border - (base[v] + first * gain[v, k] * size) / tall
                    profile[:] = 0
                    add_overlaps(y[p, v, k], start, 1 / tall, 0, depth, tall / (size * size), profile)
                    for j in range(int(low), min(math.ceil(high), length)):
                        weight = y.dtype.type(min(high, j + 1.0) - max(low, float(j)))
                        add_column(profile, weight, out[p, r, j])


def add_column(column: Any, weight: Any, out: Any) -> None:
    """Add ``weight`` times a column of voxels to another."""
    for d in range(len(out)):
        out[d] += weight * column[d]


def add_overlaps(x: Any, start: float, width: float, begin: int, end: int, factor: float, out: Any) -> None:
    """Add to ``out[m]``, for ``begin <= m < end``, the integral of ``x`` from ``start + m width`` to the next of these.

    ``x[i]`` is the value from ``i`` to ``i + 1``; it begins and ends with zeros, one more than a ``width`` covers.
    """
    number = x.dtype.type
    zero, one, two, times = number(0), number(1), number(2), number(factor)
    origin, size, last = number(start), number(width), number(len(x) - int(width) - 3)
    for m in range(begin, end):
        t = min(max(origin + size * number(np.int32(m)), zero), last)
        i = np.int32(t)
        here = t - number(i)
        part = (min(here + size, one) - here) * x[np.uint32(i)]
        out[m] += times * (part + max(min(here + size, two) - one, zero) * x[np.uint32(i) + np.uint32(1)])
    for n in range(2, int(width) + 2):
        low = number(n)
        for m in range(begin, end):
            t = min(max(origin + size * number(np.int32(m)), zero), last)
            i = np.int32(t)
            part = max(min(t - number(i) + size, low + one) - low, zero)
            out[m] += times * part * x[np.uint32(i) + np.uint32(n)]
