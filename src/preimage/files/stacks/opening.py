"""The arrays of a file of any known format, told by how it begins."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from preimage.errors import ImageFileError
from preimage.files.formats.format import Format
from preimage.files.formats.table import by_file, stack_formats, titles
from preimage.files.region import Region
from preimage.files.source import open_image, open_picture
from preimage.files.stacks.layout import layout_of
from preimage.files.stacks.named_array import NamedArray
from preimage.files.stacks.stored import Box, StoredArray, choose_array, reading, with_axes

__all__ = ["holds_planes", "is_of_format", "open_lazily", "read", "stored_arrays"]


def open_lazily(path: Path | str, key: str | None = None, axes: str | None = None) -> StoredArray:
    """The array in a file, of which no value is read yet: its shape, type, axes, spacing and units.

    ``array.read()`` reads all of it, ``array.read(Region(((0, 1), (32, 96))))`` a part, ``array.plane((3,))`` a plane.

    Args:
        path: a file of any format of the table, or a folder: a Zarr store, or a series of DICOM or TIFF files.
        key: the name of the array where the file holds several.
        axes: letters for the axes of the file, like ``TZCYX``, where it tells others or none: time, plane, channel,
            row, column, and S for the samples of a colour. Rows and columns become the last. OME-Zarr has time,
            channel, and then space: its own letters in another order ask for that order.

    Raises:
        ImageFileError: there is no such file, or it is damaged or of no known format.
        ArgumentError: ``key`` or ``axes`` do not fit.
        MissingDependency: the ``io`` extra is needed.
    """
    path = Path(path)
    found = _format(path)
    usual = () if found is None or found.stacks is None else found.stacks.usual
    return with_axes(choose_array(stored_arrays(path), key, usual, path, dims=1), axes)


def holds_planes(path: Path) -> bool:
    """Whether a file or folder is a stack or an array, and no single picture or folder of pictures.

    Args:
        path: what is there.

    Raises:
        ImageFileError: it cannot be read.
    """
    found = by_file(path)
    if found is None or path.is_dir():
        return found is not None and not found.is_picture
    return not found.is_picture or (found.stacks is not None and open_image(path).header.pictures > 1)


def read(path: Path | str, key: str | None = None, axes: str | None = None) -> NamedArray:
    """The array in a file, with what the file tells of it; see :func:`open_lazily`.

    Args:
        path: a file, or a folder that is one array.
        key: the name of the array where the file holds several.
        axes: letters for the axes of the file.

    Raises:
        ImageFileError: the file cannot be read.
        ArgumentError: ``key`` or ``axes`` do not fit.
        MissingDependency: the ``io`` extra is needed.
    """
    array = open_lazily(path, key, axes)
    return NamedArray(array.read(), array.layout)


def stored_arrays(path: Path) -> list[StoredArray]:
    """The arrays of a file, or of a folder that is one array.

    Raises:
        ImageFileError: there is no such file, or it is damaged or of no known format.
        MissingDependency: the ``io`` extra is needed.
    """
    found = _format(path)
    if found is None and path.is_dir():
        raise ImageFileError(f"`input` must be a file or a folder of TIFF or DICOM files, got {path} without any.")
    if found is None:
        known = titles((*stack_formats(), *()))
        raise ImageFileError(f"`input` must be a {known} file, got {path}, which begins like none of them.")
    if found.stacks is None:
        return [_picture(path)]
    with reading(path):
        return found.stacks.open(path)


def is_of_format(path: Path, format: Format) -> bool:
    """Whether ``path`` is a file of ``format``, by its content."""
    return path.is_file() and by_file(path) is format


def _format(path: Path) -> Format | None:
    if not path.exists():
        raise ImageFileError(f"`input` must be a file that exists, got {path}; check the name.")
    return by_file(path)


def _picture(path: Path) -> StoredArray:
    """A picture as an array: rows, columns, and samples where there are several."""
    source = open_picture(path)
    height, width, samples = (source.header.size(axis) for axis in ("row", "column", "channel"))
    spacing = source.spacing()
    sides = {} if spacing is None else dict(zip("YX", spacing, strict=True))
    units = dict.fromkeys(sides, "mm")
    flat = layout_of((height, width, samples), source.dtype, "YXS", sides, units)
    if samples == 1:
        flat = replace(flat, shape=flat.shape[:2], axes="YX", spacing=flat.spacing[:2], units=flat.units[:2])

    def take(box: Box) -> np.ndarray:
        values = source.read(Region(tuple((part.start, part.stop) for part in box[:2]))).joined()
        return values[..., 0] if samples == 1 else values[..., box[2]]

    return StoredArray(path, "", flat, take)
