"""The elements of a DICOM file (PS3.5 and PS3.10), read up to its pixel data."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["PIXEL_DATA", "Element", "dicom_elements"]

PIXEL_DATA = 0x7FE00010

_SYNTAX = 0x00020010
_IMPLICIT, _EXPLICIT, _DEFLATED = (f"1.2.840.10008.1.2{end}" for end in ("", ".1", ".1.99"))
_LONG = (b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV")
_UNKNOWN = 0xFFFFFFFF
_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD


@dataclass(frozen=True)
class Element:
    """A data element.

    Attributes:
        tag: group and element, such as 0x00280010 for the rows.
        value: its bytes, as they are in the file.
    """

    tag: int
    value: bytes


def dicom_elements(data: bytes) -> Iterator[Element]:
    """The elements of a file in their order, without those inside sequences, which are passed over.

    Raises:
        ValueError: it is no DICOM file, is compressed, or ends within an element.
    """
    if data[128:132] != b"DICM":
        raise ValueError("it does not begin as DICOM files do")
    place, syntax = 132, _IMPLICIT
    while place < len(data) and data[place : place + 2] == b"\x02\x00":  # the group of the file itself
        element, place = _element(data, place, explicit=True)
        if element.tag == _SYNTAX:
            syntax = element.value.rstrip(b"\0 ").decode("ascii", "replace")
    if syntax not in (_IMPLICIT, _EXPLICIT, _DEFLATED):
        raise ValueError(f"its transfer syntax is {syntax}, which is compressed or big-endian; convert it to plain")
    body = _inflated(data[place:]) if syntax == _DEFLATED else data[place:]
    place, explicit = 0, syntax != _IMPLICIT
    while place + 8 <= len(body):
        element, place = _element(body, place, explicit)
        yield element


def _inflated(data: bytes) -> bytes:
    """The elements of a deflated file, as far as they are there."""
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data)
    except zlib.error as error:
        raise ValueError("its deflated part is damaged") from error


def _element(data: bytes, place: int, explicit: bool) -> tuple[Element, int]:
    """The element that begins here, and where the next one does; the value of a sequence is left out."""
    tag, kind, length, start = _head(data, place, explicit)
    if length == _UNKNOWN:
        if tag == PIXEL_DATA:
            raise ValueError("its pixels are compressed; convert it to plain")
        return Element(tag, b""), _past_sequence(data, start, explicit and kind != b"UN")
    if start + length > len(data):
        raise ValueError("it ends within an element; it is cut off")
    return Element(tag, b"" if kind == b"SQ" else data[start : start + length]), start + length


def _head(data: bytes, place: int, explicit: bool) -> tuple[int, bytes, int, int]:
    """Tag, value representation, length, and where the value begins."""
    if place + 8 > len(data):
        raise ValueError("it ends within an element; it is cut off")
    group, number = struct.unpack_from("<HH", data, place)
    tag = group << 16 | number
    if not explicit or group == 0xFFFE:
        return tag, b"", struct.unpack_from("<I", data, place + 4)[0], place + 8
    kind = data[place + 4 : place + 6]
    if kind not in _LONG:
        return tag, kind, struct.unpack_from("<H", data, place + 6)[0], place + 8
    if place + 12 > len(data):
        raise ValueError("it ends within an element; it is cut off")
    return tag, kind, struct.unpack_from("<I", data, place + 8)[0], place + 12


def _past_sequence(data: bytes, place: int, explicit: bool) -> int:
    """Where a sequence of unknown length ends."""
    while True:
        tag, _, length, place = _head(data, place, explicit)
        if tag == _SEQUENCE_END:
            return place
        if tag != _ITEM:
            raise ValueError("a sequence of it holds something else than items; it is damaged")
        place = _past_item(data, place, explicit) if length == _UNKNOWN else place + length


def _past_item(data: bytes, place: int, explicit: bool) -> int:
    """Where an item of unknown length ends."""
    while True:
        tag, _, _, start = _head(data, place, explicit)
        if tag == _ITEM_END:
            return start
        _, place = _element(data, place, explicit)
