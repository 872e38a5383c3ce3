"""What an image file carries beside its pixels: EXIF, colour profile, resolution."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["Metadata", "descriptive_tags", "exif_of", "read_metadata", "read_tiff_metadata"]

# Of a TIFF's own tags, those that describe the picture and not how this file stores it.
_DESCRIPTIVE = {270, 271, 272, 274, 305, 306, 315, 316, 33432}
_EXIF_MARK = b"Exif\x00\x00"
_SUB_DIRECTORIES = (34665, 34853)  # Exif, GPS


@dataclass(frozen=True)
class Metadata:
    """Carried from input to output unread.

    Attributes:
        exif: the EXIF block (a small TIFF file, without the ``Exif`` marker), empty for none.
        icc: the ICC colour profile, empty for none.
        dpi: dots per inch, horizontal and vertical.
    """

    exif: bytes = b""
    icc: bytes = b""
    dpi: tuple[float, float] | None = None


def read_metadata(image: "Image.Image") -> Metadata:
    """The metadata of an opened Pillow image, unless it is a TIFF: see :func:`read_tiff_metadata`."""
    return Metadata(
        exif=bytes(image.info.get("exif") or b"").removeprefix(_EXIF_MARK),
        icc=bytes(image.info.get("icc_profile") or b""),
        dpi=_resolution(image.info.get("dpi")),
    )


def read_tiff_metadata(path: Path) -> Metadata:
    """The metadata of a TIFF, whatever its samples."""
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    with path.open("rb") as file:
        head = file.read(8)
        if head[2:3] in (b"+", b"\0") and b"+" in head[2:4]:  # BigTIFF: 64-bit offsets
            head += file.read(8)
        main = ImageFileDirectory_v2(head)
        file.seek(main.next)
        main.load(file)
        tags: dict[int, Any] = {tag: main[tag] for tag in sorted(_DESCRIPTIVE) if tag in main}
        for tag in _SUB_DIRECTORIES:
            if tag in main:
                directory = ImageFileDirectory_v2(head, group=tag)
                file.seek(main[tag])
                directory.load(file)
                tags[tag] = dict(directory)
    dpi = None
    if 282 in main and 283 in main and main.get(296, 2) in (2, 3):
        per_inch = 1.0 if main.get(296, 2) == 2 else 2.54
        dpi = (float(main[282]) * per_inch, float(main[283]) * per_inch)
    exif = exif_of(tags).tobytes().removeprefix(_EXIF_MARK) if tags else b""
    return Metadata(exif, bytes(main.get(34675) or b""), _resolution(dpi))


def _resolution(dpi: tuple[float, float] | None) -> tuple[float, float] | None:
    return (float(dpi[0]), float(dpi[1])) if dpi and min(dpi) > 0 else None


def descriptive_tags(exif: Any) -> dict[int, Any]:
    """The tags of ``exif`` (a ``PIL.Image.Exif`` or its bytes) that describe the picture, sub-directories as dicts."""
    from PIL import Image

    if isinstance(exif, bytes):
        block, exif = exif, Image.Exif()
        exif.load(block)
    tags: dict[int, Any] = {tag: value for tag, value in exif.items() if tag in _DESCRIPTIVE}
    for tag in _SUB_DIRECTORIES:
        directory = dict(exif.get_ifd(tag))
        # An embedded Interop directory, and maker notes with offsets of their own, cannot move to another file.
        directory = {key: value for key, value in directory.items() if key not in (40965, 37500)}
        if directory:
            tags[tag] = directory
    return tags


def exif_of(tags: dict[int, Any]) -> "Image.Exif":
    """The ``PIL.Image.Exif`` with these tags, dicts as sub-directories."""
    from PIL import Image

    exif = Image.Exif()
    for tag, value in tags.items():
        if isinstance(value, dict):
            exif.get_ifd(tag).update(value)
        else:
            exif[tag] = value
    return exif
