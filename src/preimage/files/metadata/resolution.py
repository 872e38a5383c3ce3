"""How many pixels of a picture lie on an inch, as metadata tells it."""

import math
import struct
from collections.abc import Callable, Sequence
from dataclasses import replace

from preimage.files.containers.tags import Tag, read_tags
from preimage.files.metadata.carried import Metadata

__all__ = ["exif_resolution", "resolution_name", "tag_resolution", "usable_resolution", "with_resolution"]


def usable_resolution(dpi: Sequence[float] | None) -> tuple[float, float] | None:
    """Dots per inch across and down, where both are positive."""
    return (float(dpi[0]), float(dpi[1])) if dpi and min(dpi) > 0 else None


def exif_resolution(block: bytes) -> tuple[float, float] | None:
    """Dots per inch across and down, as an EXIF block tells them."""
    try:
        return tag_resolution({tag.code: tag for tag in read_tags(block)[0]})
    except (ValueError, struct.error):
        return None


def tag_resolution(found: dict[int, Tag]) -> tuple[float, float] | None:
    """Dots per inch across and down, as the tags of a TIFF file tell them."""
    unit = found[296].numbers() if 296 in found else (2.0,)
    values = [found[code].numbers() for code in (282, 283) if code in found]
    if unit[:1] not in ((2,), (3,)) or len(values) != 2 or not all(values):
        return None
    per_inch = 1.0 if unit[0] == 2 else 2.54
    return usable_resolution((values[0][0] * per_inch, values[1][0] * per_inch))


def with_resolution(metadata: Metadata, fits: Callable[[float], bool]) -> tuple[Metadata, list[str]]:
    """``metadata`` without a resolution that the numbers of a format do not hold, and its name."""
    if metadata.dpi is None or all(math.isfinite(value) and fits(value) for value in metadata.dpi):
        return metadata, []
    return replace(metadata, dpi=None), [resolution_name(metadata.dpi)]


def resolution_name(dpi: tuple[float, float]) -> str:
    """``"resolution of 300 dpi"``."""
    return f"resolution of {dpi[0]:g} dpi" if dpi[0] == dpi[1] else f"resolution of {dpi[0]:g} x {dpi[1]:g} dpi"
