"""Volumes, or films, within a stack: gathered, restored as a whole, and written plane by plane in order."""

from collections.abc import Callable, Iterator
from itertools import product

import numpy as np

from preimage.errors import ArgumentError
from preimage.files import Layout
from preimage.machine.memory import available_bytes, format_bytes

__all__ = ["AXES", "MODES", "Index", "check_mode", "volume_groups", "working_bytes", "write_group"]

MODES = ("planes", "volume", "time")
"""How a stack is restored: each plane alone, each volume (Z, Y, X), or each film (T, Y, X)."""

AXES = {"volume": "Z", "time": "T"}

_COPIES = 9  # of a volume in single precision, at the most of the work

Index = tuple[int, ...]


def check_mode(layout: Layout, mode: str, budget: int | None) -> None:
    """Refuse a mode that the stack has no axis for, or memory too little for it.

    Raises:
        ArgumentError: there is no such mode, axis or memory.
    """
    if mode not in MODES:
        raise ArgumentError(f"`mode` must be planes, volume or time, got {mode!r}; name one of them.")
    if mode == "planes":
        return
    axis = AXES[mode]
    if layout.size(axis) < 2:
        raise ArgumentError(
            f"`mode` must be planes where there is one {axis} only, got {mode} for axes {layout.axes} "
            f"{layout.shape}; name the axes, or leave it out."
        )
    needed, there = working_bytes(layout, mode), available_bytes() if budget is None else budget
    if needed > there:
        raise ArgumentError(
            f"`mode` must be planes where {mode} does not fit in memory, got one that takes about "
            f"{format_bytes(needed)} of {format_bytes(there)}; leave it out."
        )


def working_bytes(layout: Layout, mode: str) -> int:
    """What a mode takes: the volume at work, and in double precision those that are written along with it."""
    plane, at = int(np.prod(layout.plane_shape)), layout.axes.index(AXES[mode])
    together = int(np.prod(layout.stack_shape[at:])) * plane
    return 4 * _COPIES * layout.stack_shape[at] * plane + 8 * together


def volume_groups(layout: Layout, mode: str) -> Iterator[list[list[Index]]]:
    """The planes of volumes whose planes stand between each other in the file, group by group, in order.

    Each volume is a list of the indices of its planes; those of a group are written together.
    """
    at = layout.axes.index(AXES[mode])
    before, along, behind = layout.stack_shape[:at], layout.stack_shape[at], layout.stack_shape[at + 1 :]
    for first in product(*map(range, before)):
        yield [[(*first, place, *last) for place in range(along)] for last in product(*map(range, behind))]


def write_group(
    group: list[list[Index]],
    restore: Callable[[list[Index]], np.ndarray],
    put: Callable[[Index, np.ndarray], int],
) -> int:
    """Restore the volumes of a group, and write their planes in order; returns how many values were clipped."""
    values = {index: plane for volume in group for index, plane in zip(volume, restore(volume), strict=True)}
    return sum(put(index, values[index]) for index in sorted(values))
