"""Which metadata an output gets: what its format cannot hold is left out, with a note."""

import math
import struct
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from preimage.files.containers.tags import Tag, block_of, read_tags
from preimage.files.metadata.carried import Metadata
from preimage.files.metadata.reading import ADOBE_XMP, EXIF_MARK, without_maker_notes
from preimage.files.metadata.stale import rational

__all__ = ["WITHOUT_EXIF", "fitted", "tiff_tags"]

WITHOUT_EXIF = ("BMP",)
"""Formats that cannot tell viewers how to turn a picture."""

_SEGMENT = 65533  # bytes of a JPEG segment
_PROFILE = 255 * (_SEGMENT - 14)  # in 255 segments with a mark of 14 bytes each
_ORIENTATION = 274
# What a TIFF file decides for itself although EXIF blocks may hold it.
_STORAGE = {256, 257, 258, 259, 262, 273, 277, 278, 279, 284, 513, 514, 529, 530, 531, 532}

_Fitting = tuple[Metadata, list[str]]
"""What a format holds, and names of what it does not."""


def fitted(metadata: Metadata, kind: str) -> tuple[Metadata, list[str]]:
    """``metadata`` as the format ``kind`` holds it, and notes that name the rest."""
    foreign = [item.title for item in metadata.own if item.format != kind]
    mine = replace(metadata, own=tuple(item for item in metadata.own if item.format == kind), left_out=())
    damaged = [] if _is_block(mine.exif) else ["EXIF, which is damaged"]
    kept, names = _FITTING[kind](replace(mine, exif=b"") if damaged else mine)
    names = [*damaged, *names, *foreign]
    notes = [f"left out of the {kind} file, which cannot hold it: {', '.join(names)}"] if names else []
    if metadata.left_out:
        notes.append(f"left out, because it belongs to the pixels of the input: {', '.join(metadata.left_out)}")
    return kept, notes


def _is_block(exif: bytes) -> bool:
    """Whether its first directory can be read; some readers refuse pictures where it cannot."""
    try:
        return not exif or bool(read_tags(exif))
    except (ValueError, struct.error):
        return False


def _for_png(metadata: Metadata) -> _Fitting:
    return _with_resolution(metadata, lambda dpi: 1 <= round(dpi / 0.0254) < 2**31)


def _for_jpeg(metadata: Metadata) -> _Fitting:
    kept, names = _with_resolution(metadata, lambda dpi: 1 <= round(dpi) < 2**16)
    exif, dropped = _reduced(kept.exif, _SEGMENT - len(EXIF_MARK))
    names += dropped
    if len(kept.icc) > _PROFILE:
        kept, names = replace(kept, icc=b""), [*names, f"colour profile of {len(kept.icc)} bytes"]
    if len(kept.xmp) + len(ADOBE_XMP) > _SEGMENT:
        kept, names = replace(kept, xmp=b""), [*names, f"XMP of {len(kept.xmp)} bytes"]
    return replace(kept, exif=exif), names


def _for_webp(metadata: Metadata) -> _Fitting:
    codes = {tag.code for tag in read_tags(metadata.exif)[0]} if metadata.exif else set()
    names = [_resolution_name(metadata.dpi)] if metadata.dpi and 282 not in codes else []
    return replace(metadata, dpi=None), names


def _for_bmp(metadata: Metadata) -> _Fitting:
    kept, names = _with_resolution(metadata, lambda dpi: 1 <= int(dpi * 39.3701 + 0.5) < 2**31)
    here = {"EXIF": kept.exif, "colour profile": kept.icc, "XMP": kept.xmp}
    return replace(kept, exif=b"", icc=b"", xmp=b""), [*names, *(name for name, content in here.items() if content)]


def _for_tiff(metadata: Metadata) -> _Fitting:
    kept, names = _with_resolution(metadata, lambda dpi: bool(rational(Fraction(dpi))))
    if not kept.exif:
        return kept, names
    tags, damaged = read_tags(kept.exif)
    tags, dropped = without_maker_notes([tag for tag in tags if tag.code not in _STORAGE])
    names += [f"EXIF tag {code}, which is damaged" for code in damaged if code not in _STORAGE]
    return replace(kept, exif=block_of(tags) if tags else b""), [*names, *dropped]


_FITTING: dict[str, Callable[[Metadata], _Fitting]] = {
    "PNG": _for_png, "JPEG": _for_jpeg, "WEBP": _for_webp, "BMP": _for_bmp, "TIFF": _for_tiff,
}  # fmt: skip


def _with_resolution(metadata: Metadata, fits: Callable[[float], bool]) -> _Fitting:
    """Without a resolution that the numbers of the format do not hold."""
    if metadata.dpi is None or all(math.isfinite(value) and fits(value) for value in metadata.dpi):
        return metadata, []
    return replace(metadata, dpi=None), [_resolution_name(metadata.dpi)]


def _resolution_name(dpi: tuple[float, float]) -> str:
    return f"resolution of {dpi[0]:g} dpi" if dpi[0] == dpi[1] else f"resolution of {dpi[0]:g} x {dpi[1]:g} dpi"


def _reduced(block: bytes, room: int) -> tuple[bytes, list[str]]:
    """An EXIF block of at most ``room`` bytes: its preview is dropped, and then its longest values."""
    if len(block) <= room:
        return block, []
    tags, names = without_maker_notes(list(read_tags(block)[0]))
    dropped = [f"of {len(block)} bytes of EXIF its preview", *names]
    while len(block_of(tags)) > room:
        longest = max((tag for tag in tags if tag.code != _ORIENTATION), key=lambda tag: len(block_of([tag])))
        place = tags.index(longest)
        if longest.parts:
            part = max(longest.parts, key=lambda tag: len(block_of([tag])))
            tags[place] = replace(longest, parts=tuple(tag for tag in longest.parts if tag != part))
            dropped.append(f"tag {part.code}")
        if not longest.parts or not tags[place].parts:
            tags.pop(place)
            dropped += [] if longest.parts else [f"tag {longest.code}"]
    return block_of(tags), [", ".join(dropped)]


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
