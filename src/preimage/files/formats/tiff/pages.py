"""How many pictures a TIFF file holds, by what it says of itself."""

import json
import re
from typing import Any

__all__ = ["slices_told", "tiff_pictures"]

_SUBFILE, _DESCRIPTION, _SUB_DIRECTORIES, _DEPTH = 254, 270, 330, 32997


def tiff_pictures(image: Any) -> tuple[int, int]:
    """Full-size pictures in a TIFF that Pillow opened, and reduced copies of them."""
    full, reduced, told = 0, 0, 1
    for index in range(image.n_frames):
        image.seek(index)
        tags = image.tag_v2
        inside = tags.get(_SUB_DIRECTORIES, ())
        reduced += (tags.get(_SUBFILE, 0) & 1) + len(inside if isinstance(inside, tuple) else (inside,))
        if not tags.get(_SUBFILE, 0) & 1:
            size = image.width * image.height * tags.get(277, 1)
            full, told = full + 1, max(told, slices_told(tags.get(_DESCRIPTION, ""), size, tags.get(_DEPTH, 1)))
    image.seek(0)
    return max(full, told if full else 0), reduced


def slices_told(description: Any, size: int, depth: int = 1) -> int:
    """How many pictures of ``size`` samples one directory of a TIFF stands for, as in stacks of ImageJ and tifffile.

    Args:
        description: the tag ImageDescription.
        depth: the tag ImageDepth.
    """
    text = description if isinstance(description, str) else ""
    if text.startswith("ImageJ="):
        told = re.search(r"^images=(\d{1,9})\s*$", text, re.MULTILINE)
        return max(depth, int(told[1])) if told else depth
    if not text.startswith('{"shape":'):
        return depth
    try:
        shape = json.loads(text)
        total = 1
        for length in shape["shape"] if shape.get("truncated", False) else [size]:
            total *= int(length)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return depth
    return max(depth, total // max(1, size))
