"""Pictures on disk: read with everything that surrounds them, written whole or not at all."""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from preimage.files.image_file import ImageFile

__all__ = ["ImageFile"]


def __getattr__(name: str) -> "type[ImageFile]":
    """Import what needs torch when it is first asked for: names and places of files are checked without."""
    if name in __all__:
        return importlib.import_module("preimage.files.image_file").ImageFile
    raise AttributeError(f"module 'preimage.files' has no attribute {name!r}; it has {', '.join(__all__)}.")
