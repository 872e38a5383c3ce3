"""Arrays of NumPy (NumPy enhancement proposal 1), mapped: only the samples that are asked for are read."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from preimage.errors import ImageFileError
from preimage.files.formats.array_format import array_format
from preimage.files.formats.checks import first_bytes
from preimage.files.formats.format import Put, StackFormat
from preimage.files.stacks.layout import Layout, layout_of
from preimage.files.stacks.stored import StoredArray, damaged

__all__ = ["NPY", "explained", "npy_arrays"]

_MAGIC = b"\x93NUMPY"
_TYPES = (
    "bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float16", "float32", "float64",
    "complex64", "complex128",
)  # fmt: skip


def npy_arrays(path: Path) -> list[StoredArray]:
    """The array of a ``.npy`` file, mapped: a shape that the file does not hold is refused, not allocated.

    Raises:
        ImageFileError: it is no such file, is cut off, or holds Python objects, which are never unpickled.
    """
    if not first_bytes(path).startswith(_MAGIC):  # NumPy would take it for pickled objects
        raise ImageFileError(f"`input` must be a whole .npy file of numbers, got {path}, which begins otherwise.")
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError, OSError, SyntaxError, TypeError, OverflowError) as error:
        raise explained(path, error) from error
    return [
        StoredArray(
            path,
            "",
            layout_of(array.shape, array.dtype),
            lambda box: np.load(path, mmap_mode="r", allow_pickle=False)[box],
        )
    ]


def explained(path: Path, error: Exception) -> ImageFileError:
    """What is wrong with a file of NumPy's."""
    if "allow_pickle" in str(error) or "Python objects" in str(error) or "Array can't be memory-mapped" in str(error):
        return ImageFileError(f"`input` must hold numbers, got {path}, which holds Python objects; save numbers alone.")
    return damaged(path, error)


@contextmanager
def _create(path: Path, layout: Layout) -> Iterator[Put]:
    """A file of values in C order, mapped."""
    values = np.lib.format.open_memmap(path, "w+", layout.dtype, layout.shape)

    def put(index: tuple[int, ...], plane: np.ndarray) -> None:
        values[index] = plane

    yield put
    values.flush()


NPY = array_format(
    "NPY",
    (".npy",),
    lambda head: head.startswith(_MAGIC),
    StackFormat(npy_arrays, _create, _TYPES),
    colours=True,
)
