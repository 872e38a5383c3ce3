"""Digests of what was measured, by which a record tells whether it is the same."""

import hashlib
from pathlib import Path

from preimage.files.digest import file_sha256
from preimage.reconstruct.inputs.tiff_stack import folder_pages

__all__ = ["input_sha256"]


def input_sha256(path: Path) -> str:
    """The SHA-256 of a file, or of the digests of the pages of a folder in their order, hexadecimal.

    Raises:
        ImageFileError: it cannot be read.
    """
    if not path.is_dir():
        return file_sha256(path)
    digest = hashlib.sha256()
    for page in folder_pages(path):
        digest.update(file_sha256(page).encode())
    return digest.hexdigest()
