"""Arrays of NumPy: ``.npy`` and ``.npz``."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from preimage.errors import ImageFileError
from preimage.files.stacks.stored import StoredArray, damaged
from preimage.machine.memory import available_bytes, format_bytes

__all__ = ["npy_arrays", "npz_arrays"]


def npy_arrays(path: Path) -> list[StoredArray]:
    """The array of a ``.npy`` file, mapped.

    Raises:
        ImageFileError: it is cut off, or holds Python objects, which are never unpickled.
    """
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError, OSError, SyntaxError, TypeError, OverflowError) as error:
        raise _explained(path, error) from error
    return [StoredArray("", array.shape, array.dtype, lambda: np.array(array))]


def npz_arrays(path: Path) -> list[StoredArray]:
    """The arrays of a ``.npz`` file.

    Raises:
        ImageFileError: it is damaged, holds Python objects, or more than fits in memory.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > available_bytes():
            raise ImageFileError(f"`input` must fit in memory, got {path} of {format_bytes(size)}; take a part of it.")
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except (
        ValueError,
        EOFError,
        zipfile.BadZipFile,
        SyntaxError,
        TypeError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise _explained(path, error) from error
    return [StoredArray(name, array.shape, array.dtype, _giving(array)) for name, array in arrays.items()]


def _giving(array: np.ndarray) -> Callable[[], np.ndarray]:
    return lambda: array


def _explained(path: Path, error: Exception) -> ImageFileError:
    if "allow_pickle" in str(error) or "Python objects" in str(error) or "Array can't be memory-mapped" in str(error):
        return ImageFileError(f"`input` must hold numbers, got {path}, which holds Python objects; save numbers alone.")
    return damaged(path, error)
