"""What is known of an array beside its values: its axes, the distance of its samples, their units."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import numpy as np

from preimage.errors import ArgumentError

__all__ = ["LETTERS", "Affine", "Layout", "layout_of", "parse_axes", "usual_axes"]

LETTERS = "TZCYXS"
"""Time, plane, channel, row, column, and sample of a colour."""

Affine = tuple[tuple[float, ...], ...]

_USUAL = ("", "X", "YX", "ZYX", "TZYX", "TZCYX")


@dataclass(frozen=True)
class Layout:
    """An array as a file tells of it.

    Attributes:
        shape: how many values there are along each axis.
        dtype: the type of a value as it is read.
        axes: a letter for each axis, the slowest first: T time, Z plane, C channel, Y row, X column, S sample of a
            colour; small letters stand for axes of which nothing is known. Y and X are last, but for S.
        spacing: the distance of neighbouring values along each axis, in its unit; ``None`` where nothing is told.
        units: the unit of each axis: ``um``, ``mm``, ``s``; empty where nothing is told.
        affine: from the indices (column, row, plane) to millimetres of the patient or scanner (right, anterior,
            superior), 4 x 4 row by row; ``None`` where only the spacing is known.
        value_unit: the unit of the values, such as ``HU``; empty where nothing is told.
        limits: the values that stand for black and white, where a format tells them.
        metadata: what else the file tells, by the names of its format.
        notes: what the user should know of how the values were read.
    """

    shape: tuple[int, ...]
    dtype: np.dtype
    axes: str
    spacing: tuple[float | None, ...]
    units: tuple[str, ...]
    affine: Affine | None = None
    value_unit: str = ""
    limits: tuple[float, float] | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def nbytes(self) -> int:
        """Bytes of all values."""
        return int(np.prod(self.shape, dtype=object)) * self.dtype.itemsize if 0 not in self.shape else 0

    @property
    def plane_axes(self) -> int:
        """How many axes a plane has: rows and columns, and samples of a colour; fewer where there are none."""
        return min(len(self.shape), 3 if self.axes.endswith("S") else 2)

    @property
    def plane_shape(self) -> tuple[int, ...]:
        """How many rows, columns, and samples of a colour there are."""
        return self.shape[len(self.shape) - self.plane_axes :]

    @property
    def stack_shape(self) -> tuple[int, ...]:
        """How many planes there are along each of the other axes."""
        return self.shape[: len(self.shape) - self.plane_axes]

    def planes(self) -> Iterator[tuple[int, ...]]:
        """The indices of all planes, in order."""
        return product(*(range(length) for length in self.stack_shape))

    def size(self, axis: str) -> int:
        """How many values there are along ``axis``; 1 where there is no such axis."""
        return self.shape[self.axes.index(axis)] if axis in self.axes else 1

    def step(self, axis: str) -> float | None:
        """The distance of neighbours along ``axis``, where it is known."""
        return self.spacing[self.axes.index(axis)] if axis in self.axes else None

    def unit(self, axis: str) -> str:
        """The unit of ``axis``; empty where nothing is told."""
        return self.units[self.axes.index(axis)] if axis in self.axes else ""

    def of_type(self, dtype: np.dtype) -> "Layout":
        """The same of another type of values."""
        return replace(self, dtype=np.dtype(dtype))

    def stacked(self, count: int, axis: str, step: float | None = None, unit: str = "") -> "Layout":
        """So many such arrays along an axis in front."""
        return replace(
            self, axes=axis + self.axes, shape=(count, *self.shape), spacing=(step, *self.spacing),
            units=(unit, *self.units),
        )  # fmt: skip

    def permuted(self, order: Sequence[int], axes: str) -> "Layout":
        """The axes in another order, and called ``axes``."""
        return replace(
            self, axes=axes, shape=tuple(self.shape[i] for i in order), spacing=tuple(self.spacing[i] for i in order),
            units=tuple(self.units[i] for i in order),
        )  # fmt: skip


def layout_of(
    shape: Sequence[int],
    dtype: np.dtype | type | str,
    axes: str | None = None,
    spacing: Mapping[str, float | None] | None = None,
    units: Mapping[str, str] | None = None,
    **others: Any,
) -> Layout:
    """A layout by what is known of its axes.

    Args:
        shape: how many values there are along each axis.
        dtype: the type of a value.
        axes: their letters; by default the usual ones of so many axes.
        spacing: the distance of neighbours along axes, by their letters.
        units: the units of axes, by their letters.
        others: further attributes of :class:`Layout`.
    """
    letters = usual_axes(len(shape)) if axes is None else axes
    steps, named = spacing or {}, units or {}
    return Layout(
        tuple(int(length) for length in shape), np.dtype(dtype).newbyteorder("="), letters,
        tuple(_positive(steps.get(letter)) for letter in letters), tuple(named.get(letter, "") for letter in letters),
        **others,
    )  # fmt: skip


def _positive(step: float | None) -> float | None:
    return float(step) if step is not None and 0 < abs(float(step)) < float("inf") and step > 0 else None


def usual_axes(count: int) -> str:
    """The letters of ``count`` axes of which nothing is told: TZCYX from behind, and ``a``, ``b``, ... before them."""
    if count < len(_USUAL):
        return _USUAL[count]
    return "".join(chr(ord("a") + i) for i in range(count - 5)) + _USUAL[5]


def parse_axes(text: str, count: int) -> str:
    """``text`` as the letters of ``count`` axes.

    Raises:
        ArgumentError: other letters, one of them twice, rows or columns missing, or not as many.
    """
    axes = text.upper()
    if set(axes) - set(LETTERS) or len(set(axes)) != len(axes) or not {"Y", "X"} <= set(axes) or not axes:
        raise ArgumentError(f"`axes` must be different letters of {LETTERS} with Y and X, got {text!r}; write TZCYX.")
    if len(axes) < count:
        raise ArgumentError(f"`axes` must name {count} axes, got {text!r}; name each, the slowest first.")
    return axes
