"""What a file of a stack tells of its voxels and axes."""

from dataclasses import dataclass

from preimage.errors import ImageFileError
from preimage.files import StoredArray
from preimage.files.stacks.units import factor_between

__all__ = ["StoredVoxel", "stored_voxel"]

_FOREIGN = {"C": "channels", "S": "colours", "T": "times"}


@dataclass(frozen=True)
class StoredVoxel:
    """The sides of a voxel in micrometres, from plane to plane, row to row and column to column; ``None``: not told."""

    step: float | None = None
    row: float | None = None
    column: float | None = None


def stored_voxel(array: StoredArray) -> StoredVoxel:
    """The voxel that the file of ``array`` tells.

    Raises:
        ImageFileError: the array has several channels or times.
    """
    layout = array.layout
    for letter, what in _FOREIGN.items():
        if layout.size(letter) > 1:
            raise ImageFileError(
                f"`input` must be one stack (Z, Y, X), got {array.path} of {layout.size(letter)} {what}; save one."
            )
    return StoredVoxel(*(_micrometres(layout.step(letter), layout.unit(letter)) for letter in "ZYX"))


def _micrometres(step: float | None, unit: str) -> float | None:
    scale = factor_between(unit, "um")
    return None if step is None or scale is None else step * scale
