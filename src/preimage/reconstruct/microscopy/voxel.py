"""What a TIFF stack tells of its voxels and axes."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from preimage import _optional
from preimage.errors import ImageFileError
from preimage.files.stacks.opening import is_tiff

__all__ = ["StoredVoxel", "stored_voxel"]

_MICROMETRES = {
    "um": 1.0, "µm": 1.0, "μm": 1.0, "\\u00b5m": 1.0, "micron": 1.0, "microns": 1.0, "micrometer": 1.0, "nm": 1e-3,
    "mm": 1e3, "cm": 1e4, "m": 1e6,
}  # fmt: skip
_FOREIGN = {"C": "channels", "S": "colours", "T": "times"}


@dataclass(frozen=True)
class StoredVoxel:
    """The sides of a voxel in micrometres, from plane to plane, row to row and column to column; ``None``: not told."""

    step: float | None = None
    row: float | None = None
    column: float | None = None


def stored_voxel(path: Path) -> StoredVoxel:
    """The voxel that ImageJ or an OME writer noted in ``path``; of other files nothing is known.

    Raises:
        ImageFileError: the file holds several channels or times.
    """
    if not is_tiff(path):
        return StoredVoxel()
    tifffile = _optional.require("tifffile", "io", "reading TIFF stacks")
    with tifffile.TiffFile(path) as file:
        _check_axes(path, file)
        if file.is_imagej:
            return _of_imagej(file)
        return _of_ome(file.ome_metadata) if file.is_ome else StoredVoxel()


def _check_axes(path: Path, file: Any) -> None:
    """Refuse what is no single stack."""
    series = file.series[0]
    for axis, count in zip(series.axes, series.shape, strict=True):
        if count > 1 and axis in _FOREIGN:
            raise ImageFileError(
                f"`input` must be one stack (Z, Y, X), got {path} of {count} {_FOREIGN[axis]}; save one of them."
            )


def _of_imagej(file: Any) -> StoredVoxel:
    told = file.imagej_metadata or {}
    scale = _MICROMETRES.get(str(told.get("unit", "")).strip().lower())
    if scale is None:
        return StoredVoxel()
    tags = file.pages[0].tags
    sides = [_per_pixel(tags[name].value, scale) if name in tags else None for name in ("YResolution", "XResolution")]
    step = told.get("spacing")
    return StoredVoxel(abs(float(step)) * scale if isinstance(step, (int, float)) and step else None, *sides)


def _per_pixel(resolution: tuple[int, int], scale: float) -> float | None:
    pixels, units = resolution
    return scale * units / pixels if pixels > 0 and units > 0 else None


def _of_ome(text: str) -> StoredVoxel:
    return StoredVoxel(*(_of_attribute(text, axis) for axis in "ZYX"))


def _of_attribute(text: str, axis: str) -> float | None:
    size = re.search(rf'\bPhysicalSize{axis}="([0-9.eE+-]+)"', text)
    unit = re.search(rf'\bPhysicalSize{axis}Unit="([^"]*)"', text)
    scale = 1.0 if unit is None else _MICROMETRES.get(unit[1].lower())
    return None if size is None or scale is None or not float(size[1]) > 0 else float(size[1]) * scale
