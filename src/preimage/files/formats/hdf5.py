"""Data sets of HDF5 files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from preimage import _optional
from preimage.files.stacks.stored import StoredArray, damaged

__all__ = ["hdf5_arrays", "hdf5_attribute", "hdf5_text"]

_MOST = 4096


def hdf5_arrays(path: Path) -> list[StoredArray]:
    """All data sets of numbers, by their paths without the first slash.

    Complex numbers are read as such whether their parts are called ``r`` and ``i`` (h5py) or ``real`` and ``imag``
    (MATLAB, ISMRMRD).

    Raises:
        ImageFileError: the file is cut off or damaged.
        MissingDependency: the ``io`` extra is needed.
    """
    h5py = _optional.require("h5py", "io", "reading HDF5 files")
    found: list[StoredArray] = []

    def look(name: str, item: Any) -> bool | None:
        if isinstance(item, h5py.Dataset) and item.shape is not None:
            dtype = _as_complex(item.dtype)
            if dtype.kind in "fiubc":
                found.append(StoredArray(name, item.shape, dtype, _reader(path, name)))
        return True if len(found) >= _MOST else None

    try:
        with h5py.File(path, "r") as file:
            file.visititems(look)
    except (OSError, RuntimeError, ValueError, KeyError, TypeError) as error:
        raise damaged(path, error) from error
    return found


def hdf5_text(path: Path, name: str) -> str | None:
    """The text in the data set ``name``, if there is one."""
    h5py = _optional.require("h5py", "io", "reading HDF5 files")
    try:
        with h5py.File(path, "r") as file:
            if not isinstance(file.get(name), h5py.Dataset):
                return None
            value = np.asarray(file[name][()]).ravel()
            first = value[0] if len(value) else b""
            return first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first)
    except (OSError, RuntimeError, ValueError, KeyError, TypeError) as error:
        raise damaged(path, error) from error


def hdf5_attribute(path: Path, name: str, attribute: str) -> str:
    """An attribute of the data set ``name`` as text; empty where there is none."""
    h5py = _optional.require("h5py", "io", "reading HDF5 files")
    with h5py.File(path, "r") as file:
        value = file[name].attrs.get(attribute, "")
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _reader(path: Path, name: str) -> Callable[[], np.ndarray]:
    h5py = _optional.require("h5py", "io", "reading HDF5 files")

    def read() -> np.ndarray:
        try:
            with h5py.File(path, "r") as file:
                values = np.asarray(file[name][()])
        except (OSError, RuntimeError, ValueError, KeyError, TypeError) as error:
            raise damaged(path, error) from error
        wanted = _as_complex(values.dtype)
        return values if wanted == values.dtype else np.ascontiguousarray(values).view(wanted)

    return read


def _as_complex(dtype: np.dtype) -> np.dtype:
    """The complex type of pairs of equal floats called ``real`` and ``imag``; else ``dtype`` itself."""
    names = dtype.names or ()
    if len(names) != 2 or tuple(names) not in (("real", "imag"), ("r", "i"), ("re", "im")):
        return dtype
    parts = [dtype[name] for name in names]
    is_packed = dtype.itemsize == 2 * parts[0].itemsize
    if parts[0] != parts[1] or parts[0] not in (np.dtype("f4"), np.dtype("f8")) or not is_packed:
        return dtype
    return np.dtype(np.complex64 if parts[0].itemsize == 4 else np.complex128)
