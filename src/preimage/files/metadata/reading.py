"""Reading what an image file carries beside its pixels."""

import re
import struct
import zlib
from collections.abc import Callable, Sequence
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING

from preimage.files.containers.jpeg_segments import segments
from preimage.files.containers.png_chunks import chunks
from preimage.files.containers.riff_chunks import riff_chunks
from preimage.files.containers.tags import LONG8, Tag, block_of, read_tags
from preimage.files.metadata.carried import Metadata, Own

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["ADOBE_XMP", "EXIF_MARK", "PNG_XMP", "mapped", "read_metadata", "read_tiff_metadata"]

EXIF_MARK = b"Exif\x00\x00"
ADOBE_XMP = b"http://ns.adobe.com/xap/1.0/\0"
PNG_XMP = b"XML:com.adobe.xmp\0"
_LARGEST_TEXT = 1 << 26
_PER_INCH = {1: 1.0, 2: 2.54}  # by JFIF's unit

# What decoders use, and what is read by its meaning.
_PNG_KNOWN = {"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "iCCP", "eXIf", "acTL", "fcTL", "fdAT"}
# Colour of all samples (W3C PNG, section 11.3.2); other chunks are carried where their name says that new pixels do not
# concern them: a fourth letter that is small.
_PNG_COLOUR = {"gAMA", "cHRM", "sRGB", "cICP", "mDCV", "mDCv", "cLLI", "cLLi"}

# Of a TIFF's own tags, how this file stores the picture, which a new file decides anew, ...
_STORAGE = {
    254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 277, 278, 279, 284, 288, 289, 292, 293, 317, 320, 321,
    322, 323, 324, 325, 332, 333, 334, 336, 338, 339, 347, 512, 513, 514, 515, 517, 518, 519, 520, 521, 529, 530, 531,
    532, 559, 34675, 700,
}  # fmt: skip
# ... and what tells of old pixels, or points to places in the old file.
_OF_OLD_PIXELS = {
    280: "smallest sample", 281: "largest sample", 290: "grey response", 291: "grey response", 330: "other pictures",
    340: "smallest sample", 341: "largest sample", 37724: "Photoshop's layers",
}  # fmt: skip
_MAKER_NOTE = 37500
# Tags of the picture that EXIF blocks in files of other formats hold (Exif 2.32, table 4, and those of Windows).
_OF_EXIF = {
    269, 270, 271, 272, 274, 282, 283, 296, 301, 305, 306, 315, 316, 318, 319, 33432, 34665, 34853,
    *range(40091, 40096), 18246, 18249,
}  # fmt: skip
# Their content has the order of bytes of the whole file: ImageJ's overlays and lookup tables.
_OF_ORDER = {50838, 50839}


def mapped(path: Path) -> mmap:
    """The bytes of a file that is not empty, read as they are needed; to be closed."""
    with path.open("rb") as file:
        return mmap(file.fileno(), 0, access=ACCESS_READ)


def read_metadata(image: "Image.Image", path: Path, kind: str) -> Metadata:
    """The metadata of the file ``path`` of format ``kind``, which is no TIFF, opened with Pillow as ``image``."""
    with mapped(path) as data:
        xmp, own, left_out = _READERS[kind](data)
        lossless = kind == "WEBP" and any(name == "VP8L" for name, _, _ in riff_chunks(data))
    exif = bytes(image.info.get("exif") or b"").removeprefix(EXIF_MARK)
    dpi = image.info.get("dpi")
    if kind == "JPEG":  # where the file tells none, Pillow tells 72
        unit, density = image.info.get("jfif_unit", 0), image.info.get("jfif_density", (1, 1))
        dpi = [value * _PER_INCH[unit] for value in density] if unit in _PER_INCH else _exif_dpi(exif)
        left_out += (f"pixels of {density[0]}:{density[1]}",) if not unit and density[0] != density[1] else ()
    return Metadata(
        exif=exif,
        icc=bytes(image.info.get("icc_profile") or b""),
        dpi=_resolution(dpi),
        xmp=xmp,
        own=own,
        left_out=left_out,
        lossless=lossless,
    )


_Read = tuple[bytes, tuple[Own, ...], tuple[str, ...]]
"""XMP, what only this format holds, and names of what is not carried."""


def _of_png(data: mmap) -> _Read:
    xmp, own, left_out = b"", [], []
    for chunk in chunks(data):
        content = data[chunk.start : chunk.start + chunk.length]
        if chunk.name in _PNG_KNOWN or (chunk.name == "pHYs" and content[8:] == b"\1"):
            continue
        if chunk.name == "iTXt" and content.startswith(PNG_XMP) and not xmp:
            xmp = _text_of(content)
        elif chunk.name in _PNG_COLOUR or chunk.name[3:].islower():
            own.append(Own("PNG", chunk.name, content))
        else:
            left_out.append(f"PNG chunk {chunk.name}")
    return xmp, tuple(own), tuple(dict.fromkeys(left_out))


def _text_of(content: bytes) -> bytes:
    """The text of an iTXt chunk: keyword, two flags, language, keyword again, text."""
    flags = content.index(b"\0") + 1
    text = content[flags + 2 :].split(b"\0", 2)[-1]
    return zlib.decompressobj().decompress(text, _LARGEST_TEXT) if content[flags] else text


def _of_jpeg(data: mmap) -> _Read:
    xmp, own, left_out = b"", [], []
    for segment in segments(data):
        content = data[segment.start : segment.start + segment.length]
        if not (segment.marker == 0xFE or 0xE0 <= segment.marker <= 0xEF):
            continue
        if content.startswith(ADOBE_XMP) and not xmp:
            xmp = content.removeprefix(ADOBE_XMP)
        elif segment.name == "COM" or content.startswith(b"Photoshop 3.0\0"):
            own.append(Own("JPEG", segment.name, content))
        elif not content.startswith((EXIF_MARK, b"ICC_PROFILE\0", b"JFIF\0", b"Adobe", ADOBE_XMP)):
            word = re.match(rb"[\w .:/-]{2,40}", content)
            left_out.append(f"JPEG segment {segment.name}" + (f" ({word[0].decode()})" if word else ""))
    return xmp, tuple(own), tuple(dict.fromkeys(left_out))


def _of_webp(data: mmap) -> _Read:
    known = {"VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP", "EXIF", "XMP "}
    xmp, left_out = b"", []
    for name, start, length in riff_chunks(data):
        if name == "XMP ":
            xmp = data[start : start + length]
        elif name not in known and re.fullmatch(r"[ -~]{4}", name):
            left_out.append(f"WebP chunk {name.strip()}")
    return xmp, (), tuple(dict.fromkeys(left_out))


def _of_bmp(data: mmap) -> _Read:
    """Colour of BITMAPV4HEADER and its successor (Microsoft, wingdi.h), which is not written."""
    size = struct.unpack_from("<I", data, 14)[0]
    if size < 108 or len(data) < 14 + 108:
        return b"", (), ()
    space, ends = data[70:74], data[74 : 74 + 48]
    plain = space in (b"BGRs", b" niW") or (space == bytes(4) and not any(ends))
    return b"", (), () if plain else ("colour space of the BMP",)


_READERS: dict[str, Callable[[mmap], _Read]] = {"PNG": _of_png, "JPEG": _of_jpeg, "WEBP": _of_webp, "BMP": _of_bmp}


def read_tiff_metadata(path: Path) -> Metadata:
    """The metadata of the first picture of a TIFF."""
    with mapped(path) as data:
        little = data[:2] == b"II"
        tags, damaged = read_tags(data)
    found = {tag.code: tag for tag in tags}
    left_out = [f"TIFF tag {code} (damaged)" for code in damaged if code not in _STORAGE]
    left_out += [f"TIFF tag {code} ({_OF_OLD_PIXELS[code]})" for code in sorted(found) if code in _OF_OLD_PIXELS]
    carried = [_short(tag) for tag in tags if tag.code not in _STORAGE and tag.code not in _OF_OLD_PIXELS]
    left_out += [f"TIFF tag {tag.code} (numbers of 64 bits)" for tag in carried if tag.kind in LONG8]
    carried = [tag for tag in carried if tag.kind not in LONG8]
    if not little and any(tag.code in _OF_ORDER for tag in carried):
        left_out.append("TIFF tag 50839 (ImageJ's overlays, of another order of bytes)")
        carried = [tag for tag in carried if tag.code not in _OF_ORDER]
    exif, notes = without_maker_notes([tag for tag in carried if tag.code in _OF_EXIF])
    return Metadata(
        block_of(exif) if exif else b"",
        found[34675].data if 34675 in found else b"",
        _tiff_dpi(found),
        found[700].data if 700 in found else b"",
        tuple(Own("TIFF", str(tag.code), block_of([tag])) for tag in carried if tag.code not in _OF_EXIF),
        (*left_out, *notes),
    )


def without_maker_notes(tags: list[Tag]) -> tuple[list[Tag], tuple[str, ...]]:
    """``tags`` without the notes of a camera's maker, which hold places in the old file, and their name."""
    kept = [
        Tag(tag.code, tag.kind, tag.count, tag.data, tuple(part for part in tag.parts if part.code != _MAKER_NOTE))
        for tag in tags
    ]
    there = any(part.code == _MAKER_NOTE for tag in tags for part in tag.parts)
    return [tag for tag in kept if tag.data or tag.parts], ("the camera maker's notes",) if there else ()


def _short(tag: Tag) -> Tag:
    """``tag`` without what is of the old file alone: its place, and numbers of 64 bits where 32 do."""
    parts = tuple(_short(part) for part in tag.parts)
    numbers = tag.numbers() if tag.kind in LONG8 else ()
    if numbers and all(0 <= number < 2**32 for number in numbers):
        return Tag(tag.code, 4, tag.count, struct.pack(f"<{tag.count}I", *map(int, numbers)))
    return Tag(tag.code, tag.kind, tag.count, tag.data, parts)


def _exif_dpi(block: bytes) -> tuple[float, float] | None:
    try:
        return _tiff_dpi({tag.code: tag for tag in read_tags(block)[0]})
    except (ValueError, struct.error):
        return None


def _tiff_dpi(found: dict[int, Tag]) -> tuple[float, float] | None:
    unit = found[296].numbers() if 296 in found else (2.0,)
    values = [found[code].numbers() for code in (282, 283) if code in found]
    if unit[:1] not in ((2,), (3,)) or len(values) != 2 or not all(values):
        return None
    per_inch = 1.0 if unit[0] == 2 else 2.54
    return _resolution((values[0][0] * per_inch, values[1][0] * per_inch))


def _resolution(dpi: Sequence[float] | None) -> tuple[float, float] | None:
    return (float(dpi[0]), float(dpi[1])) if dpi and min(dpi) > 0 else None
