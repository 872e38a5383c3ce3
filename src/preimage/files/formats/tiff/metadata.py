"""The tags of a TIFF file that are not about its samples."""

import math
import struct
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from preimage.files.containers.tags import LONG8, Tag, block_of, read_tags
from preimage.files.formats.checks import map_bytes
from preimage.files.formats.format import Fitted
from preimage.files.metadata.carried import Metadata, Own
from preimage.files.metadata.exif import without_maker_notes
from preimage.files.metadata.resolution import tag_resolution, with_resolution
from preimage.files.metadata.stale import rational

__all__ = ["fit_tiff", "read_tiff_metadata", "tiff_tags"]

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
# Tags of the picture that EXIF blocks in files of other formats hold (Exif 2.32, table 4, and those of Windows).
_OF_EXIF = {
    269, 270, 271, 272, 274, 282, 283, 296, 301, 305, 306, 315, 316, 318, 319, 33432, 34665, 34853,
    *range(40091, 40096), 18246, 18249,
}  # fmt: skip
# Their content has the order of bytes of the whole file: ImageJ's overlays and lookup tables.
_OF_ORDER = {50838, 50839}
# What a TIFF file decides for itself although EXIF blocks may hold it.
_STORAGE_IN_EXIF = {256, 257, 258, 259, 262, 273, 277, 278, 279, 284, 513, 514, 529, 530, 531, 532}


def read_tiff_metadata(path: Path) -> Metadata:
    """The metadata of the first picture of a TIFF."""
    with map_bytes(path) as data:
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
        tag_resolution(found),
        found[700].data if 700 in found else b"",
        tuple(Own("TIFF", str(tag.code), block_of([tag]), "tag") for tag in carried if tag.code not in _OF_EXIF),
        (*left_out, *notes),
    )


def _short(tag: Tag) -> Tag:
    """``tag`` without what is of the old file alone: its place, and numbers of 64 bits where 32 do."""
    parts = tuple(_short(part) for part in tag.parts)
    numbers = tag.numbers() if tag.kind in LONG8 else ()
    if numbers and all(0 <= number < 2**32 for number in numbers):
        return Tag(tag.code, 4, tag.count, struct.pack(f"<{tag.count}I", *map(int, numbers)))
    return Tag(tag.code, tag.kind, tag.count, tag.data, parts)


def fit_tiff(metadata: Metadata) -> Fitted:
    """What of metadata a TIFF file holds, and names of the rest."""
    kept, names = with_resolution(metadata, lambda dpi: bool(rational(Fraction(dpi))))
    if not kept.exif:
        return kept, names
    tags, damaged = read_tags(kept.exif)
    tags, dropped = without_maker_notes([tag for tag in tags if tag.code not in _STORAGE_IN_EXIF])
    names += [f"EXIF tag {code}, which is damaged" for code in damaged if code not in _STORAGE_IN_EXIF]
    return replace(kept, exif=block_of(tags) if tags else b""), [*names, *dropped]


def tiff_tags(metadata: Metadata) -> tuple[Tag, ...]:
    """The tags of a TIFF file for ``metadata`` that fits."""
    blocks = [metadata.exif, *(item.data for item in metadata.own)]
    tags = {tag.code: tag for block in blocks if block for tag in read_tags(block)[0]}
    if metadata.dpi and not _tells(tags, metadata.dpi):
        pairs = [rational(Fraction(value)) for value in metadata.dpi]
        tags |= {282: Tag(282, 5, 1, pairs[0]), 283: Tag(283, 5, 1, pairs[1]), 296: Tag(296, 3, 1, b"\2\0")}
    if metadata.icc:
        tags[34675] = Tag(34675, 7, len(metadata.icc), metadata.icc)
    if metadata.xmp:
        tags[700] = Tag(700, 1, len(metadata.xmp), metadata.xmp)
    return tuple(tags.values())


def _tells(tags: dict[int, Tag], dpi: tuple[float, float]) -> bool:
    """Whether the tags tell this resolution already, which keeps their bytes."""
    unit = tags[296].numbers() if 296 in tags else (2.0,)
    per_inch = {2: 1.0, 3: 2.54}.get(int(unit[0]) if unit else 0)
    told = [tags[code].numbers() for code in (282, 283) if code in tags]
    if per_inch is None or len(told) != 2 or not all(told):
        return False
    return all(math.isclose(t[0] * per_inch, value, rel_tol=1e-6) for t, value in zip(told, dpi, strict=True))
