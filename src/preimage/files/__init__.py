"""Pictures and arrays on disk: read with what surrounds them, whole or in part, written whole or not at all."""

from typing import TYPE_CHECKING, Any

from preimage._lazy import lazy_name

if TYPE_CHECKING:
    from preimage.files.image_file import ImageFile
    from preimage.files.region import Region
    from preimage.files.source import ImageSource, open_image

__all__ = ["ImageFile", "ImageSource", "Region", "open_image"]

_HOMES = {
    "preimage.files.image_file": ("ImageFile",),
    "preimage.files.region": ("Region",),
    "preimage.files.source": ("ImageSource", "open_image"),
}


def __getattr__(name: str) -> Any:
    """Import what needs torch when it is first asked for: names and places of files are checked without."""
    return lazy_name(__name__, name, _HOMES)
