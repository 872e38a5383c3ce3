"""Digests of files."""

import hashlib
from pathlib import Path

from preimage.errors import ImageFileError

__all__ = ["file_sha256"]


def file_sha256(path: Path) -> str:
    """Of a file's bytes.

    Raises:
        ImageFileError: it cannot be read.
    """
    if path.exists() and not path.is_file():
        raise ImageFileError(f"{path} must be a regular file, got a folder, pipe or device; copy it to a file.")
    try:
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
        return digest.hexdigest()
    except OSError as error:
        raise ImageFileError(f"{path} cannot be read: {error.strerror or error}.") from error
