"""Where the voxels of an image are."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["Grid"]


@dataclass(frozen=True)
class Grid:
    """The size of voxels and, where it is known, their place.

    Attributes:
        sizes: the sides of a voxel from slice to slice, row to row and column to column.
        unit: the unit of the sizes, ``mm``, ``um`` (micrometres), or ``pixel`` where nothing is known.
        affine: from (column, row, slice) to millimetres of the patient or scanner (right, anterior, superior), 4 x 4
            row by row; ``None`` where only the sizes are known.
    """

    sizes: tuple[float, float, float] = (1.0, 1.0, 1.0)
    unit: Literal["mm", "um", "pixel"] = "pixel"
    affine: tuple[tuple[float, ...], ...] | None = None
