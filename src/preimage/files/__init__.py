"""Pictures and arrays on disk: read with what surrounds them, whole or in part, written whole or not at all."""

from typing import TYPE_CHECKING, Any

from preimage._lazy import lazy_name

if TYPE_CHECKING:
    from preimage.files.image_file import ImageFile
    from preimage.files.region import Region
    from preimage.files.source import ImageSource, open_image
    from preimage.files.stacks.layout import Layout
    from preimage.files.stacks.named_array import NamedArray
    from preimage.files.stacks.opening import open_lazily, read
    from preimage.files.stacks.stored import StoredArray
    from preimage.files.stacks.writing import write

__all__ = [
    "ImageFile", "ImageSource", "Layout", "NamedArray", "Region", "StoredArray", "open_image", "open_lazily", "read",
    "write",
]  # fmt: skip

_HOMES = {
    "preimage.files.image_file": ("ImageFile",),
    "preimage.files.region": ("Region",),
    "preimage.files.source": ("ImageSource", "open_image"),
    "preimage.files.stacks.layout": ("Layout",),
    "preimage.files.stacks.named_array": ("NamedArray",),
    "preimage.files.stacks.opening": ("open_lazily", "read"),
    "preimage.files.stacks.stored": ("StoredArray",),
    "preimage.files.stacks.writing": ("write",),
}


def __getattr__(name: str) -> Any:
    """Import what needs torch when it is first asked for: names and places of files are checked without."""
    return lazy_name(__name__, name, _HOMES)
