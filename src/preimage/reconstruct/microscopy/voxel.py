"""What a file of a stack tells of its voxels and axes."""

from dataclasses import dataclass

from preimage.files import Layout
from preimage.files.stacks.units import factor_between

__all__ = ["StoredVoxel", "stored_voxel"]


@dataclass(frozen=True)
class StoredVoxel:
    """The sides of a voxel in micrometres, from plane to plane, row to row and column to column; ``None``: not told."""

    step: float | None = None
    row: float | None = None
    column: float | None = None


def stored_voxel(layout: Layout) -> StoredVoxel:
    """The voxel that a file tells, whatever else it has axes of."""
    return StoredVoxel(*(_micrometres(layout.step(letter), layout.unit(letter)) for letter in "ZYX"))


def _micrometres(step: float | None, unit: str) -> float | None:
    scale = factor_between(unit, "um")
    return None if step is None or scale is None else step * scale
