"""Data sets of HDF5 files."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from preimage import _optional
from preimage.files.formats.array_format import array_format
from preimage.files.formats.format import Put, StackFormat
from preimage.files.stacks.layout import LETTERS, Layout, layout_of, usual_axes
from preimage.files.stacks.stored import Box, StoredArray, reading

__all__ = ["HDF5", "as_complex", "hdf5_arrays", "hdf5_attribute", "hdf5_text"]

_MOST = 4096
_MARK = b"\x89HDF\r\n\x1a\n"
_TYPES = (
    "bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float16", "float32", "float64",
    "complex64", "complex128",
)  # fmt: skip


def hdf5_arrays(path: Path) -> list[StoredArray]:
    """All data sets of numbers, by their paths without the first slash.

    Complex numbers are read as such whether their parts are called ``r`` and ``i`` (h5py) or ``real`` and ``imag``
    (MATLAB, ISMRMRD). The letters of axes are the labels of dimensions; their spacing is the attribute ``voxel`` with
    ``unit``, or ``element_size_um`` as ImageJ and ilastik write it.

    Raises:
        ImageFileError: the file is cut off or damaged.
        MissingDependency: the ``io`` extra is needed.
    """
    h5py = _optional.require("h5py", "io", "reading HDF5 files")
    found: list[StoredArray] = []

    def look(name: str, item: Any) -> bool | None:
        if isinstance(item, h5py.Dataset) and item.shape is not None:
            dtype = as_complex(item.dtype)
            if dtype.kind in "fiubc":
                found.append(StoredArray(path, name, _layout(item, dtype), _taker(path, name)))
        return True if len(found) >= _MOST else None

    with reading(path), h5py.File(path, "r") as file:
        file.visititems(look)
    return found


def hdf5_text(path: Path, name: str) -> str | None:
    """The text in the data set ``name``, if there is one."""
    h5py = _optional.require("h5py", "io", "reading HDF5 files")
    with reading(path), h5py.File(path, "r") as file:
        if not isinstance(file.get(name), h5py.Dataset):
            return None
        value = np.asarray(file[name][()]).ravel()
        first = value[0] if len(value) else b""
        return first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first)


def hdf5_attribute(path: Path, name: str, attribute: str) -> str:
    """An attribute of the data set ``name`` as text; empty where there is none."""
    h5py = _optional.require("h5py", "io", "reading HDF5 files")
    with reading(path), h5py.File(path, "r") as file:
        return _text(file[name].attrs.get(attribute, ""))


def as_complex(dtype: np.dtype) -> np.dtype:
    """The complex type of pairs of equal floats called ``real`` and ``imag``; else ``dtype`` itself."""
    names = dtype.names or ()
    if len(names) != 2 or tuple(names) not in (("real", "imag"), ("r", "i"), ("re", "im")):
        return dtype
    parts = [dtype[name] for name in names]
    is_packed = dtype.itemsize == 2 * parts[0].itemsize
    if parts[0] != parts[1] or parts[0] not in (np.dtype("f4"), np.dtype("f8")) or not is_packed:
        return dtype
    return np.dtype(np.complex64 if parts[0].itemsize == 4 else np.complex128)


def _layout(item: Any, dtype: np.dtype) -> Layout:
    """What the attributes of a data set tell of its axes."""
    count = len(item.shape)
    labels = "".join(label.upper() if len(label) == 1 else "?" for label in _labels(item))
    are_letters = count > 0 and set(labels) <= set(LETTERS) and len(set(labels)) == count
    is_told = are_letters and labels.rstrip("S")[-2:] == "YX"
    axes = labels if is_told else usual_axes(count)
    sizes, unit = item.attrs.get("element_size_um"), "um"
    if sizes is None:
        sizes, unit = item.attrs.get("voxel", ()), _text(item.attrs.get("unit", ""))
    steps = [float(size) for size in np.ravel(sizes)] if np.asarray(sizes).dtype.kind in "fiu" else []
    space = [letter for letter in axes if letter in "ZYX"][-len(steps) :] if steps else []
    spacing = dict(zip(space, steps[-len(space) :], strict=False)) if unit != "pixel" else {}
    return layout_of(item.shape, dtype, axes, spacing, dict.fromkeys(spacing, unit))


def _labels(item: Any) -> list[str]:
    """The labels of dimensions, from the attribute that holds them: ``item.dims`` ends the process where it is damaged.

    Run with h5py 3.16 and HDF5 2.0: a label without text has no address, and is read all the same.
    """
    return [_text(label) for label in np.ravel(item.attrs.get("DIMENSION_LABELS", ()))]


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _taker(path: Path, name: str) -> Callable[[Box], np.ndarray]:
    h5py = _optional.require("h5py", "io", "reading HDF5 files")

    def take(box: Box) -> np.ndarray:
        with h5py.File(path, "r") as file:
            values = np.asarray(file[name][box] if box else file[name][()])
        wanted = as_complex(values.dtype)
        if wanted == values.dtype:
            return values
        # In native order of bytes first: a view takes the bytes as they are.
        parts = [np.ascontiguousarray(values[part], wanted.type().real.dtype) for part in values.dtype.names or ()]
        return np.asarray(parts[0] + 1j * parts[1], wanted)

    return take


@contextmanager
def _create(path: Path, layout: Layout) -> Iterator[Put]:
    """The data set ``image``, with labels of its dimensions and the sides of its voxels."""
    h5py = _optional.require("h5py", "io", "writing HDF5 files")
    with h5py.File(path, "w") as file:
        values = file.create_dataset("image", layout.shape, layout.dtype)
        labels = [letter if letter.isupper() else "" for letter in layout.axes]
        values.attrs.create("DIMENSION_LABELS", labels, dtype=h5py.string_dtype())
        space = [letter for letter in "ZYX" if letter in layout.axes]
        units = {layout.unit(letter) for letter in space}
        if len(units) == 1 and all(layout.step(letter) for letter in space):
            values.attrs.create("voxel", np.array([layout.step(letter) for letter in space]))
            values.attrs.create("unit", units.pop())

        def put(index: tuple[int, ...], plane: np.ndarray) -> None:
            values[index] = plane

        yield put


HDF5 = array_format(
    "HDF5",
    (".h5", ".hdf5"),
    lambda head: head.startswith(_MARK),
    StackFormat(hdf5_arrays, _create, _TYPES, usual=("image", "data"), needs="h5py"),
)
