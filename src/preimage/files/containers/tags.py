"""Tags of TIFF files and EXIF blocks, which are small TIFF files, as the bytes they are.

Source of the layout: TIFF 6.0 (Adobe, 1992), sections 2 and 8; the BigTIFF design (Aware Systems, 2004).
"""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from mmap import mmap

import numpy as np

__all__ = [
    "DIRECTORIES",
    "LONG8",
    "Tag",
    "block_of",
    "change_tags",
    "directories",
    "directory_bytes",
    "read_directory",
    "read_tags",
]

Data = bytes | bytearray | mmap

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_UNITS = {5: 4, 10: 4}  # a rational is two numbers
LONG8 = (16, 17, 18)
"""BigTIFF's types of 64-bit integers."""
_MOST_DIRECTORIES = 10_000
DIRECTORIES = (34665, 34853, 40965)
"""Exif, GPS and, within Exif, interoperability: tags whose value is the place of more tags."""


@dataclass(frozen=True)
class Tag:
    """One entry.

    Attributes:
        code: number of the tag.
        kind: TIFF's type of its values, 1 to 13 and 16 to 18.
        count: how many values.
        data: the values, little-endian.
        parts: the tags of a directory, which has no data of its own.
        entry, start: where the entry and its values stand in the block it was read from.
    """

    code: int
    kind: int
    count: int
    data: bytes
    parts: tuple["Tag", ...] = ()
    entry: int = 0
    start: int = 0

    def numbers(self) -> tuple[float, ...]:
        """The values of an integer, rational or real tag; none for bytes and text."""
        layout = {3: "H", 4: "I", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I", 16: "Q", 17: "q", 18: "Q"}.get(self.kind)
        if layout:
            return struct.unpack(f"<{self.count}{layout}", self.data)
        if self.kind in _UNITS:
            pairs = struct.unpack(f"<{2 * self.count}{'I' if self.kind == 5 else 'i'}", self.data)
            return tuple(a / b if b else 0.0 for a, b in zip(pairs[::2], pairs[1::2], strict=True))
        return tuple(self.data) if self.kind == 1 else ()


def read_tags(data: Data) -> tuple[tuple[Tag, ...], tuple[int, ...]]:
    """The tags of the first directory, and the codes of those that are damaged.

    Raises:
        ValueError: ``data`` does not begin like a TIFF file, or its directory is not in it.
    """
    order, big, first = _header(data)
    tags, damaged, _ = read_directory(data, first, order, big)
    return tags, damaged


def directories(data: Data) -> list[tuple[tuple[Tag, ...], tuple[int, ...]]]:
    """The tags of every directory that a TIFF file chains, and the codes of those that are damaged.

    Raises:
        ValueError: ``data`` does not begin like a TIFF file, or a directory is not in it.
    """
    order, big, place = _header(data)
    found: dict[int, tuple[tuple[Tag, ...], tuple[int, ...]]] = {}
    while place and place not in found and len(found) < _MOST_DIRECTORIES:
        tags, damaged, following = read_directory(data, place, order, big)
        found[place], place = (tags, damaged), following
    return list(found.values())


def read_directory(
    data: Data, place: int, order: str, big: bool, outer: tuple[int, ...] = ()
) -> tuple[tuple[Tag, ...], tuple[int, ...], int]:
    """The tags of the directory at ``place``, the codes of those that are damaged, and the place of the next one.

    Args:
        order: the order of bytes, ``<`` or ``>``.
        big: whether places have 64 bits.
        outer: places of the directories around this one.

    Raises:
        ValueError: the directory is not in the file.
    """
    width, number, entry = ("Q", "Q", 20) if big else ("I", "H", 12)
    step = struct.calcsize(f"<{number}")
    if not 0 < place <= len(data) - step or place in outer:
        raise ValueError(f"its directory at byte {place} is missing")
    count = struct.unpack_from(order + number, data, place)[0]
    end = place + step + count * entry
    if end > len(data):
        raise ValueError(f"its directory of {count} entries at byte {place} is cut off")
    tags, damaged = [], []
    for at in range(place + step, end, entry):
        tag = _entry(data, at, order, width, (*outer, place))
        (damaged.append(struct.unpack_from(order + "H", data, at)[0]) if tag is None else tags.append(tag))
    following = struct.unpack_from(order + width, data, end)[0] if end + struct.calcsize(width) <= len(data) else 0
    return tuple(tags), tuple(damaged), following


def _header(data: Data) -> tuple[str, bool, int]:
    """Order of bytes, whether it is BigTIFF, and the place of the first directory."""
    order = {b"II": "<", b"MM": ">"}.get(bytes(data[:2]))
    if order is None or len(data) < 8:
        raise ValueError("it does not begin like a TIFF file")
    version = struct.unpack_from(order + "H", data, 2)[0]
    if version == 43 and len(data) >= 16:
        return order, True, struct.unpack_from(order + "Q", data, 8)[0]
    if version != 42:
        raise ValueError("it does not begin like a TIFF file")
    return order, False, struct.unpack_from(order + "I", data, 4)[0]


def _entry(data: Data, at: int, order: str, width: str, outer: tuple[int, ...]) -> Tag | None:
    code, kind, count = struct.unpack_from(f"{order}HH{width}", data, at)
    room, value_at = struct.calcsize(width), at + 4 + struct.calcsize(width)
    size = _SIZES.get(kind, 0) * count
    if not size:
        return None
    start = value_at if size <= room else struct.unpack_from(order + width, data, value_at)[0]
    if start + size > len(data):
        return None
    if code in DIRECTORIES and count == 1 and kind in (4, 13, *LONG8):
        place = struct.unpack_from(order + {4: "I", 8: "Q"}[_SIZES[kind]], data, start)[0]
        try:
            parts, _, _ = read_directory(data, place, order, width == "Q", outer)
        except ValueError:
            return None
        return Tag(code, 4, 1, b"", parts, at, start)
    return Tag(code, kind, count, _swapped(bytes(data[start : start + size]), kind, order), (), at, start)


def _swapped(values: bytes, kind: int, order: str) -> bytes:
    """``values`` with the bytes of each number in little-endian order, from ``order``, or back."""
    unit = _UNITS.get(kind, _SIZES[kind])
    if order == "<" or unit == 1:
        return values
    return np.frombuffer(values, f"u{unit}").byteswap().tobytes()


def block_of(tags: Iterable[Tag]) -> bytes:
    """A little-endian TIFF file of nothing but ``tags``, as EXIF blocks are."""
    body, at = directory_bytes(tags, 8)
    return b"II*\0" + struct.pack("<I", at) + body


def directory_bytes(tags: Iterable[Tag], place: int) -> tuple[bytes, int]:
    """Directories and values to stand at byte ``place`` of a little-endian file, and where the directory is."""
    body, entries = b"\0" * (place % 2), []  # values begin at even places
    for tag in sorted(tags, key=lambda tag: tag.code):
        if tag.parts:
            more, at = directory_bytes(tag.parts, place + len(body))
            body, data = body + more, struct.pack("<I", at)
        elif len(tag.data) > 4:
            data = struct.pack("<I", place + len(body))
            body += tag.data + b"\0" * (len(tag.data) % 2)
        else:
            data = tag.data
        entries.append(struct.pack("<HHI", tag.code, tag.kind, tag.count) + data.ljust(4, b"\0"))
    body += b"\0" * ((place + len(body)) % 2)  # and so do directories
    return body + struct.pack("<H", len(entries)) + b"".join(entries) + b"\0\0\0\0", place + len(body)


def change_tags(block: bytes, values: Mapping[Tag, bytes]) -> bytes:
    """``block`` with other values for tags that :func:`read_tags` found in it, nothing else moved.

    Values of another length are appended. All but text keep their count.
    """
    order, big, _ = _header(block)
    if big:
        raise ValueError("an EXIF block has places of 32 bits")
    out = bytearray(block)
    for tag, value in values.items():
        swapped = _swapped(value, tag.kind, order)
        if len(value) == len(tag.data):
            out[tag.start : tag.start + len(value)] = swapped
            continue
        out += b"\0" * (len(out) % 2)
        count = len(value) // _SIZES[tag.kind]
        if len(value) > 4:
            struct.pack_into(order + "II", out, tag.entry + 4, count, len(out))
            out += swapped
        else:
            struct.pack_into(order + "I", out, tag.entry + 4, count)
            out[tag.entry + 8 : tag.entry + 12] = swapped.ljust(4, b"\0")
    return bytes(out)
