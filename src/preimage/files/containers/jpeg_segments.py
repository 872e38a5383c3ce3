"""The segments of a JPEG file (ITU-T T.81, annex B)."""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap

__all__ = ["Segment", "segment_bytes", "segments"]

# Within compressed data 0xFF is followed by 0x00, by a restart, or by more of itself.
_MARK = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_ALONE = {0x01, *range(0xD0, 0xD9)}
END, SCAN = 0xD9, 0xDA


@dataclass(frozen=True)
class Segment:
    """Its marker's second byte, where its data begins and how long it is.

    Compressed data follows a scan's header up to ``until``.
    """

    marker: int
    start: int
    length: int
    until: int

    @property
    def name(self) -> str:
        """``APP1`` or ``COM``, as of metadata."""
        return f"APP{self.marker - 0xE0}" if 0xE0 <= self.marker <= 0xEF else "COM"


def segments(data: bytes | mmap) -> Iterator[Segment]:
    """The segments that are whole, in order, up to the end of the picture, which comes as a segment of its own."""
    place = 2
    while True:
        place = data.find(b"\xff", place)
        while place >= 0 and data[place + 1 : place + 2] == b"\xff":
            place += 1
        if place < 0 or place + 2 > len(data):
            return
        marker = data[place + 1]
        place += 2
        if marker == END:
            yield Segment(marker, place, 0, place)
            return
        if marker in _ALONE or marker == 0:
            continue
        if place + 2 > len(data):
            return
        length = struct.unpack_from(">H", data, place)[0]
        end = place + max(length, 2)
        if end > len(data):
            return
        until = end
        if marker == SCAN:
            found = _MARK.search(data, end)
            until = found.start() if found else len(data)
        yield Segment(marker, place + 2, end - place - 2, until)
        place = until


def segment_bytes(name: str, data: bytes) -> bytes:
    """A segment of metadata, at most 65,533 bytes of it."""
    marker = 0xFE if name == "COM" else 0xE0 + int(name.removeprefix("APP"))
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data
