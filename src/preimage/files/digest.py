"""Digests of files and arrays, by which a record tells whether they are the same."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from preimage.errors import ImageFileError

__all__ = ["array_sha256", "file_sha256", "path_sha256", "read_sha256"]


def file_sha256(path: Path) -> str:
    """The SHA-256 of the bytes of a picture's file, hexadecimal.

    Raises:
        ImageFileError: it cannot be read.
    """
    if path.exists() and not path.is_file():
        raise ImageFileError(f"{path} must be a regular file, got a folder, pipe or device; copy it to a file.")
    try:
        return read_sha256(path)
    except OSError as error:
        raise ImageFileError(f"{path} cannot be read: {error.strerror or error}.") from error


def read_sha256(path: Path) -> str:
    """The SHA-256 of the bytes of any file, hexadecimal, read a megabyte at a time.

    Raises:
        OSError: it cannot be read.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def path_sha256(path: Path) -> str:
    """The SHA-256 of a file, or of the names and digests of all files in a folder, hexadecimal.

    Raises:
        ImageFileError: it cannot be read.
    """
    if not path.is_dir():
        return file_sha256(path)
    digest = hashlib.sha256()
    for file in sorted(each for each in path.rglob("*") if each.is_file()):
        digest.update(f"{file.relative_to(path).as_posix()}\0{file_sha256(file)}\0".encode())
    return digest.hexdigest()


def array_sha256(array: np.ndarray, shape: Sequence[int] | None = None) -> str:
    """The SHA-256 of the entries of ``array``, row by row, hexadecimal.

    Args:
        array: the entries, with the bytes that they have in memory.
        shape: numbers that come before the entries, as 64-bit integers, so that another shape has another digest.
    """
    digest = hashlib.sha256(b"" if shape is None else np.array(shape, np.int64).tobytes())
    digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
