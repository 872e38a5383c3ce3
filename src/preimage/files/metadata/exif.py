"""EXIF blocks, which are small TIFF files of tags."""

import struct
from dataclasses import replace

from preimage.files.containers.tags import Tag, block_of, read_tags

__all__ = ["EXIF_MARK", "is_block", "reduced_block", "without_maker_notes"]

EXIF_MARK = b"Exif\x00\x00"
_MAKER_NOTE, _ORIENTATION = 37500, 274


def is_block(exif: bytes) -> bool:
    """Whether its first directory can be read; some readers refuse pictures where it cannot."""
    try:
        return not exif or bool(read_tags(exif))
    except (ValueError, struct.error):
        return False


def without_maker_notes(tags: list[Tag]) -> tuple[list[Tag], tuple[str, ...]]:
    """``tags`` without the notes of a camera's maker, which hold places in the old file, and their name."""
    kept = [
        Tag(tag.code, tag.kind, tag.count, tag.data, tuple(part for part in tag.parts if part.code != _MAKER_NOTE))
        for tag in tags
    ]
    there = any(part.code == _MAKER_NOTE for tag in tags for part in tag.parts)
    return [tag for tag in kept if tag.data or tag.parts], ("the camera maker's notes",) if there else ()


def reduced_block(block: bytes, room: int) -> tuple[bytes, list[str]]:
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
