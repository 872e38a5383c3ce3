"""Pictures and arrays on disk: read with what surrounds them, whole or in part, written whole or not at all."""

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from preimage.files.image_file import ImageFile
    from preimage.files.region import Region
    from preimage.files.source import ImageSource, open_image

__all__ = ["ImageFile", "ImageSource", "Region", "open_image"]

_LOADERS: dict[str, Callable[[], Any]] = {
    "ImageFile": lambda: importlib.import_module("preimage.files.image_file").ImageFile,
    "ImageSource": lambda: importlib.import_module("preimage.files.source").ImageSource,
    "Region": lambda: importlib.import_module("preimage.files.region").Region,
    "open_image": lambda: importlib.import_module("preimage.files.source").open_image,
}


def __getattr__(name: str) -> Any:
    """Import what needs torch when it is first asked for: names and places of files are checked without."""
    if name in _LOADERS:
        return _LOADERS[name]()
    raise AttributeError(f"module 'preimage.files' has no attribute {name!r}; it has {', '.join(__all__)}.")
