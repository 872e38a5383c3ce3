"""MRC2014: images, stacks and volumes of electron microscopes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from preimage import _optional
from preimage.files.formats.array_format import array_format
from preimage.files.formats.format import Put, StackFormat
from preimage.files.stacks.layout import Layout, layout_of
from preimage.files.stacks.stored import Box, StoredArray, reading
from preimage.files.stacks.units import factor_between

__all__ = ["MRC", "mrc_arrays"]

_MODES = {"int8": 0, "int16": 1, "float32": 2, "complex64": 4, "uint16": 6, "float16": 12}
_ORDER = ("mapc", "mapr", "maps")


def mrc_arrays(path: Path) -> list[StoredArray]:
    """The array of a file, mapped; its voxels are in angstrom.

    Raises:
        ImageFileError: the file is damaged, cut off, or its axes are in another order than columns, rows, sections.
        MissingDependency: the ``io`` extra is needed.
    """
    mrcfile = _optional.require("mrcfile", "io", "reading MRC files")
    with reading(path), mrcfile.mmap(path, "r") as file:
        header, shape, dtype = file.header, tuple(file.data.shape), np.dtype(file.data.dtype)
        order = tuple(int(header[name]) for name in _ORDER)
        if order not in ((1, 2, 3), (0, 0, 0)):
            raise ValueError(f"its axes are in the order {order}")
        size = file.voxel_size
        sides = {"X": float(size.x), "Y": float(size.y), "Z": float(size.z) if file.is_volume() else 0.0}

    def take(box: Box) -> np.ndarray:
        with mrcfile.mmap(path, "r") as file:
            return np.array(file.data[box])

    known = {letter: side for letter, side in sides.items() if 0 < side < np.inf}
    units = dict.fromkeys(known, "angstrom")
    return [StoredArray(path, "", layout_of(shape, dtype, None, known, units), take)]


@contextmanager
def _create(path: Path, layout: Layout) -> Iterator[Put]:
    """The file, mapped; its statistics are those of what was written, which a mapped file does not keep (1.5.4)."""
    mrcfile = _optional.require("mrcfile", "io", "writing MRC files")
    mode = _MODES[layout.dtype.name]
    with mrcfile.new_mmap(path, layout.shape, mode, overwrite=True) as file:
        values: Any = file.data

        def put(index: tuple[int, ...], plane: np.ndarray) -> None:
            np.copyto(values[index], plane)

        yield put
        sides = [_angstrom(layout, letter) for letter in "XYZ"]
        header: Any = file
        if any(sides):
            header.set_extended_header(np.zeros(0, "V1"))
            _set_voxel(header, sides)
        file.update_header_stats()
        file.flush()


def _set_voxel(file: Any, sides: list[float]) -> None:
    counts = (file.header.mx, file.header.my, file.header.mz)
    cell = [side * int(count) for side, count in zip(sides, counts, strict=True)]
    np.copyto(file.header.cella, np.rec.fromrecords([tuple(cell)], dtype=file.header.cella.dtype)[0])


def _angstrom(layout: Layout, letter: str) -> float:
    factor, step = factor_between(layout.unit(letter), "angstrom"), layout.step(letter)
    return 0.0 if factor is None or step is None else factor * step


MRC = array_format(
    "MRC",
    (".mrc", ".mrcs", ".rec", ".ccp4"),
    lambda head: head[208:211] == b"MAP",
    StackFormat(mrc_arrays, _create, tuple(_MODES), axes=(2, 4), needs="mrcfile"),
)
