"""Sums along lines as compiled loops.

A thread has lines of its own for the sums, and slabs of its own for the adjoint, so that no two write to one place.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from preimage.kernels.rays.lines import Lines, Sheaf
from preimage.machine.compiler import compiled
from preimage.machine.threads import side_by_side

__all__ = ["smear_lines_by_loops", "sum_lines_by_loops"]

_BORDER = 2  # zeros around each slab: a line sees pixels from -1 on, up to rounding


def sum_lines_by_loops(x: Tensor, lines: Lines) -> Tensor:
    """The integrals of images ``x`` (P, ...) along ``lines``: (P, L)."""
    out = x.new_zeros(len(x), lines.count)
    loops = compiled(sum_plane if len(lines.shape) == 2 else sum_volume)
    for sheaf in lines.sheaves:
        sides = (_BORDER,) * (2 * len(lines.shape) - 2)
        slabs = torch.nn.functional.pad(x.movedim(1 + sheaf.axis, 1), sides).contiguous().numpy()
        pieces = torch.arange(len(sheaf.index)).chunk(torch.get_num_threads())
        _share(x, pieces, lambda part, slabs=slabs, sheaf=sheaf: loops(part, *_numbers(sheaf), slabs, out.numpy()))
    return out


def smear_lines_by_loops(y: Tensor, lines: Lines) -> Tensor:
    """Images (P, ...) of values ``y`` (P, L): each on all that its line crosses."""
    total = y.new_zeros(len(y), *lines.shape)
    values, loops = y.contiguous().numpy(), compiled(smear_plane if len(lines.shape) == 2 else smear_volume)
    for sheaf in lines.sheaves:
        if not len(sheaf.index):
            continue
        count = lines.shape[sheaf.axis]
        sides = [n + 2 * _BORDER for axis, n in enumerate(lines.shape) if axis != sheaf.axis]
        slabs = y.new_zeros(len(y), count, *sides)
        pieces = torch.arange(count).chunk(torch.get_num_threads())
        _share(y, pieces, lambda part, slabs=slabs, sheaf=sheaf: loops(part, *_numbers(sheaf), values, slabs.numpy()))
        inside = slabs[(..., *(slice(_BORDER, -_BORDER),) * len(sides))]
        total = total + inside.movedim(1, 1 + sheaf.axis)
    return total


def _share(like: Tensor, pieces: tuple[Tensor, ...], work: Callable[[Any], None]) -> None:
    with side_by_side(like.device, len(pieces)) as each:
        list(each(work, [part.numpy() for part in pieces if len(part)]))


def _numbers(sheaf: Sheaf) -> tuple[Any, ...]:
    tensors = (sheaf.index, sheaf.start, sheaf.slope, sheaf.first, sheaf.last, sheaf.weight)
    return (*(tensor.numpy() for tensor in tensors), _BORDER)


def sum_plane(
    some: Any, index: Any, start: Any, slope: Any, first: Any, last: Any, weight: Any, border: int, x: Any, out: Any
) -> None:
    """Lines ``some`` through images (P, R, N)."""
    number = x.dtype.type
    for p in range(len(x)):
        for line in some:
            total = number(0)
            at, rise = start[line, 0] + border, slope[line, 0]
            for r in range(first[line], last[line]):
                place = at + rise * r
                i = int(place)
                part = number(place - i)
                total += x[p, r, i] + part * (x[p, r, i + 1] - x[p, r, i])
            out[p, index[line]] = number(weight[line]) * total


def sum_volume(
    some: Any, index: Any, start: Any, slope: Any, first: Any, last: Any, weight: Any, border: int, x: Any, out: Any
) -> None:
    """Lines ``some`` through volumes (P, R, M, N)."""
    number = x.dtype.type
    for p in range(len(x)):
        for line in some:
            total = number(0)
            at_m, rise_m = start[line, 0] + border, slope[line, 0]
            at_n, rise_n = start[line, 1] + border, slope[line, 1]
            for r in range(first[line], last[line]):
                place_m, place_n = at_m + rise_m * r, at_n + rise_n * r
                i, j = int(place_m), int(place_n)
                down, right = number(place_m - i), number(place_n - j)
                top = x[p, r, i, j] + right * (x[p, r, i, j + 1] - x[p, r, i, j])
                low = x[p, r, i + 1, j] + right * (x[p, r, i + 1, j + 1] - x[p, r, i + 1, j])
                total += top + down * (low - top)
            out[p, index[line]] = number(weight[line]) * total


def smear_plane(
    slabs: Any, index: Any, start: Any, slope: Any, first: Any, last: Any, weight: Any, border: int, y: Any, out: Any
) -> None:
    """What all lines leave on ``slabs`` of images (P, R, N)."""
    number = y.dtype.type
    begin, stop = slabs[0], slabs[-1] + 1
    for p in range(len(y)):
        for line in range(len(index)):
            value = number(weight[line]) * y[p, index[line]]
            at, rise = start[line, 0] + border, slope[line, 0]
            for r in range(max(first[line], begin), min(last[line], stop)):
                place = at + rise * r
                i = int(place)
                part = number(place - i) * value
                out[p, r, i] += value - part
                out[p, r, i + 1] += part


def smear_volume(
    slabs: Any, index: Any, start: Any, slope: Any, first: Any, last: Any, weight: Any, border: int, y: Any, out: Any
) -> None:
    """What all lines leave on ``slabs`` of volumes (P, R, M, N)."""
    number = y.dtype.type
    begin, stop = slabs[0], slabs[-1] + 1
    for p in range(len(y)):
        for line in range(len(index)):
            value = number(weight[line]) * y[p, index[line]]
            at_m, rise_m = start[line, 0] + border, slope[line, 0]
            at_n, rise_n = start[line, 1] + border, slope[line, 1]
            for r in range(max(first[line], begin), min(last[line], stop)):
                place_m, place_n = at_m + rise_m * r, at_n + rise_n * r
                i, j = int(place_m), int(place_n)
                low = number(place_m - i) * value
                top = value - low
                right = number(place_n - j)
                out[p, r, i, j] += top - right * top
                out[p, r, i, j + 1] += right * top
                out[p, r, i + 1, j] += low - right * low
                out[p, r, i + 1, j + 1] += right * low
