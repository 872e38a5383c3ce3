"""Correlation with small kernels as compiled loops, in which a row of sums stays in the cache."""

from collections.abc import Callable
from typing import Any

import numpy as np
from torch import Tensor

from preimage.machine.compiler import can_compile, compiled
from preimage.machine.threads import side_by_side

__all__ = ["can_slide", "correlate_extended_in_loops", "correlate_folded_in_loops", "correlate_in_loops", "is_product"]


Correlate = Callable[[Any, Any], None]
OnePlane = Callable[[Any, Correlate, Any], None]


def can_slide(x: Tensor, weight: Tensor) -> bool:
    """Whether the loops may slide ``weight`` over images ``x``, which is several times as fast as tensors can."""
    return x.ndim == weight.ndim == 4 and x.numel() > 0 and can_compile(x, weight)


def is_product(weight: Tensor) -> bool:
    """Whether every kernel (1 or B, 1 or C, kh, kw) that can slide is, to rounding, a column times a row.

    It is not asked of small kernels, for which two passes cost as much as one.
    """
    return _factors(weight.flatten(0, 1).contiguous().numpy()) is not None


def correlate_in_loops(x: Tensor, weight: Tensor) -> Tensor:
    """``y[i, j] = sum_ab weight[a, b] x[i + a, j + b]`` for all positions inside ``x``, each channel with its kernel.

    Kernels that are a column times a row are applied as these.

    Args:
        x: (B, C, H, W), real, on a CPU, not recorded.
        weight: (1 or B, 1 or C, kh, kw) in the precision of ``x``, no larger than the image.
    """
    y = x.new_empty(*x.shape[:2], *_positions(tuple(x.shape[2:]), weight))
    return _each_plane(x, weight, y, lambda plane, correlate, target: correlate(plane, target))


def correlate_extended_in_loops(x: Tensor, weight: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """:func:`correlate_in_loops` of ``x[:, :, rows][..., columns]``, of which one plane at a time is made.

    Args:
        x, weight: as there.
        rows, columns: indices of what ``x`` is extended by; -1 stands for zeros.
    """
    places, loop = (rows.numpy(), columns.numpy()), compiled(write_extended)

    def one(plane: Any, correlate: Correlate, target: Any) -> None:
        extended = np.empty((len(rows), len(columns)), plane.dtype)
        loop(plane, *places, extended)
        correlate(extended, target)

    y = x.new_empty(*x.shape[:2], *_positions((len(rows), len(columns)), weight))
    return _each_plane(x, weight, y, one)


def correlate_folded_in_loops(y: Tensor, weight: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """The adjoint of :func:`correlate_extended_in_loops` for images of which every pixel is in ``rows``, ``columns``.

    Args:
        y: (B, C, H - kh + 1, W - kw + 1) for H rows and W columns.
        weight, rows, columns: as there.
    """
    tall, wide = weight.shape[2:]
    full = (len(rows) + tall - 1, len(columns) + wide - 1)
    places, loop = (rows.numpy(), columns.numpy()), compiled(add_folded)

    def one(plane: Any, correlate: Correlate, target: Any) -> None:
        extended, back = np.zeros(full, plane.dtype), np.empty((len(rows), len(columns)), plane.dtype)
        extended[tall - 1 : len(rows), wide - 1 : len(columns)] = plane
        correlate(extended, back)
        loop(back, *places, target)

    x = y.new_zeros(*y.shape[:2], int(rows.max()) + 1, int(columns.max()) + 1)
    return _each_plane(y, weight.flip(2, 3), x, one)


def _positions(sizes: tuple[int, ...], weight: Tensor) -> list[int]:
    """How many positions the kernel has along each axis."""
    return [n - k + 1 for n, k in zip(sizes, weight.shape[2:], strict=True)]


def _each_plane(x: Tensor, weight: Tensor, y: Tensor, call: OnePlane) -> Tensor:
    """``y``, of which each plane is written by ``call`` with that of ``x``, the correlation, and itself."""
    kernels = weight.expand(*x.shape[:2], -1, -1).flatten(0, 1).contiguous().numpy()
    source, target = x.flatten(0, 1).contiguous().numpy(), y.flatten(0, 1).numpy()
    factors = _factors(kernels)

    def one(k: int) -> None:
        def correlate(plane: Any, result: Any) -> None:
            if factors is None:
                compiled(write_correlation)(plane, kernels[k], result)
            else:
                line = np.empty(plane.shape[1], plane.dtype)
                compiled(write_correlation_of_product)(plane, factors[0][k], factors[1][k], line, result)

        call(source[k], correlate, target[k])

    with side_by_side(x.device, len(target)) as each:
        for _ in each(one, list(range(len(target)))):
            pass
    return y


def _factors(kernels: Any) -> tuple[Any, Any] | None:
    """The columns (P, kh) and rows (P, kw) of which kernels (P, kh, kw) are products, if that saves work."""
    number, tall, wide = kernels.shape
    if 2 * (tall + wide) > tall * wide:
        return None
    factors = np.empty((number, tall), kernels.dtype), np.empty((number, wide), kernels.dtype)
    return factors if compiled(write_factors)(kernels, 8 * np.finfo(kernels.dtype).eps, *factors) else None


def write_factors(kernels: Any, tolerance: float, columns: Any, rows: Any) -> bool:
    """Write the factors; whether their products are the kernels, entry by entry, up to ``tolerance``."""
    number, tall, wide = kernels.shape
    for k in range(number):
        kernel, column, row = kernels[k], columns[k], rows[k]
        at, aside = 0, 0
        for a in range(tall):
            for b in range(wide):
                if abs(kernel[a, b]) > abs(kernel[at, aside]):
                    at, aside = a, b
        for b in range(wide):
            row[b] = kernel[at, b]
        for a in range(tall):
            column[a] = kernel[a, aside] / kernel[at, aside]
        for a in range(tall):
            for b in range(wide):
                if not abs(column[a] * row[b] - kernel[a, b]) <= tolerance * abs(kernel[a, b]):
                    return False
    return True


def middle_of(columns: Any, width: int) -> tuple[int, int]:
    """Where the columns of the image begin, and how many follow each other."""
    before = 0
    while before < len(columns) and columns[before] != 0:
        before += 1
    inside = min(width, len(columns) - before)
    while inside > 0 and columns[before + inside - 1] != inside - 1:
        inside -= 1
    return before, inside


def write_extended(x: Any, rows: Any, columns: Any, y: Any) -> None:
    """Write ``x[rows][:, columns]`` of a plane, zero where an index is negative."""
    zero = x.dtype.type(0)
    before, inside = middle_of(columns, x.shape[1])
    for i in range(len(rows)):
        row, out = x[max(rows[i], 0)], y[i]
        middle = out[before : before + inside]
        for j in range(inside):
            middle[j] = row[j]
        for j in range(len(out) - inside):
            at = j if j < before else j + inside
            out[at] = row[columns[at]] if columns[at] >= 0 else zero
        if rows[i] < 0:
            for j in range(len(out)):
                out[j] = zero


def add_folded(x: Any, rows: Any, columns: Any, y: Any) -> None:
    """Add a plane to ``y[rows][:, columns]``, save where an index is negative."""
    before, inside = middle_of(columns, y.shape[1])
    for i in range(len(rows)):
        row, out = x[i], y[max(rows[i], 0)]
        middle = row[before : before + inside]
        if rows[i] >= 0:
            for j in range(inside):
                out[j] += middle[j]
            for j in range(len(row) - inside):
                at = j if j < before else j + inside
                if columns[at] >= 0:
                    out[columns[at]] += row[at]


def write_correlation(x: Any, weight: Any, y: Any) -> None:
    """Write the correlation of a plane (H, W), row by row: four taps, and then those that are left, at a time."""
    width = y.shape[1]
    for i in range(len(y)):
        out = y[i]
        out[:] = 0
        for a in range(weight.shape[0]):
            row, taps = x[i + a], weight[a]
            done = 0
            while done + 4 <= len(taps):
                p, q, r, s = taps[done], taps[done + 1], taps[done + 2], taps[done + 3]
                source = row[done : done + width + 3]
                for j in range(width):
                    out[j] += p * source[j] + q * source[j + 1] + r * source[j + 2] + s * source[j + 3]
                done += 4
            while done < len(taps):
                p, source = taps[done], row[done : done + width]
                for j in range(width):
                    out[j] += p * source[j]
                done += 1


def write_correlation_of_product(x: Any, column: Any, row: Any, line: Any, y: Any) -> None:
    """Write the correlation of a plane (H, W) with ``column`` times ``row``: along columns, then along the ``line``."""
    width, tall = y.shape[1], len(column)
    for i in range(len(y)):
        line[:] = 0
        done = 0
        while done + 3 <= tall:
            p, q, r = column[done], column[done + 1], column[done + 2]
            one, two, three = x[i + done], x[i + done + 1], x[i + done + 2]
            for j in range(len(line)):
                line[j] += p * one[j] + q * two[j] + r * three[j]
            done += 3
        while done < tall:
            p, one = column[done], x[i + done]
            for j in range(len(line)):
                line[j] += p * one[j]
            done += 1
        out = y[i]
        out[:] = 0
        done = 0
        while done + 4 <= len(row):
            p, q, r, s = row[done], row[done + 1], row[done + 2], row[done + 3]
            source = line[done : done + width + 3]
            for j in range(width):
                out[j] += p * source[j] + q * source[j + 1] + r * source[j + 2] + s * source[j + 3]
            done += 4
        while done < len(row):
            p, source = row[done], line[done : done + width]
            for j in range(width):
                out[j] += p * source[j]
            done += 1
