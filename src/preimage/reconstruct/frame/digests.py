"""Digests of what was measured, by which a record tells whether it is the same."""

import hashlib
from pathlib import Path

from preimage._fields import fields_of
from preimage.files.digest import file_sha256, path_sha256
from preimage.files.formats.table import by_file
from preimage.files.formats.tiff.stack import folder_pages
from preimage.files.formats.tiff.tiff import TIFF
from preimage.reconstruct.frame.settings import ScanSettings

__all__ = ["input_sha256", "named_digests"]


def input_sha256(path: Path) -> str:
    """The SHA-256 of a file, of the digests of the TIFF pages of a folder in their order, or of all files of another.

    Raises:
        ImageFileError: it cannot be read.
    """
    if not path.is_dir():
        return file_sha256(path)
    if by_file(path) is not TIFF:
        return path_sha256(path)
    digest = hashlib.sha256()
    for page in folder_pages(path):
        digest.update(file_sha256(page).encode())
    return digest.hexdigest()


def named_digests(settings: ScanSettings) -> dict[str, str]:
    """The digests of the files, or folders, that options name, by the names of the options."""
    values = fields_of(settings)
    named = {name: Path(values[name]) for name in (*settings.paths, *settings.texts) if values[name] is not None}
    return {name: input_sha256(path) for name, path in named.items() if path.exists()}
