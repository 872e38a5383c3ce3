"""Pictures and arrays on disk: read with what surrounds them, whole or in part, written whole or not at all."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from preimage.files.image_file import ImageFile
    from preimage.files.region import Region
    from preimage.files.source import ImageSource, open_image

__all__ = ["ImageFile", "ImageSource", "Region", "open_image"]

_PLACES = {
    "ImageFile": "preimage.files.image_file",
    "ImageSource": "preimage.files.source",
    "Region": "preimage.files.region",
    "open_image": "preimage.files.source",
}


def __getattr__(name: str) -> Any:
    """Import what needs torch when it is first asked for: names and places of files are checked without."""
    if name in _PLACES:
        return vars(importlib.import_module(_PLACES[name]))[name]
    raise AttributeError(f"module 'preimage.files' has no attribute {name!r}; it has {', '.join(__all__)}.")
