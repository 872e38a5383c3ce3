"""The arrays of a file of any known format, told by how it begins."""

from pathlib import Path

from preimage.errors import ImageFileError
from preimage.files.formats.checks import first_bytes
from preimage.files.formats.hdf5 import hdf5_arrays
from preimage.files.formats.mat_variables import mat_arrays
from preimage.files.formats.numpy_files import npy_arrays, npz_arrays
from preimage.files.formats.tiff.stack import tiff_arrays
from preimage.files.stacks.stored import StoredArray

__all__ = ["is_hdf5", "is_tiff", "stored_arrays"]

_HDF5 = b"\x89HDF\r\n\x1a\n"
_MARKS = (
    (b"\x93NUMPY", npy_arrays),
    (b"PK\x03\x04", npz_arrays),
    (_HDF5, hdf5_arrays),
    (b"MATLAB", mat_arrays),
    (b"II*\0", tiff_arrays),
    (b"MM\0*", tiff_arrays),
    (b"II+\0", tiff_arrays),
    (b"MM\0+", tiff_arrays),
)


def stored_arrays(path: Path) -> list[StoredArray]:
    """The arrays of the file, or folder of TIFF files, ``path``.

    Raises:
        ImageFileError: there is no such file, or it is damaged or of no known format.
        MissingDependency: the ``io`` extra is needed.
    """
    if path.is_dir():
        return tiff_arrays(path)
    head = first_bytes(path)
    for mark, read in _MARKS:
        if head.startswith(mark):
            return read(path)
    raise ImageFileError(
        f"`input` must be a NumPy, HDF5, MATLAB or TIFF file, got {path}, which begins like none of them."
    )


def is_hdf5(path: Path) -> bool:
    """Whether ``path`` is an HDF5 file, by its first bytes."""
    return path.is_file() and first_bytes(path).startswith(_HDF5)


def is_tiff(path: Path) -> bool:
    """Whether ``path`` is a TIFF file, by its first bytes."""
    head = first_bytes(path) if path.is_file() else b""
    return any(head.startswith(mark) for mark, read in _MARKS if read is tiff_arrays)
