"""The chunks of a WebP file, which is a RIFF file (RFC 9649)."""

import struct
from collections.abc import Iterator
from mmap import mmap

__all__ = ["riff_chunks"]


def riff_chunks(data: bytes | mmap) -> Iterator[tuple[str, int, int]]:
    """Name, place of the data and length of every chunk, also of a last one that is cut off.

    What stands behind the length that the file tells is read only where that length ends within a chunk.
    """
    place, end = 12, 8 + struct.unpack_from("<I", data, 4)[0]
    while place + 8 <= len(data) and place != end:
        name, length = struct.unpack_from("<4sI", data, place)
        if not all(0x20 <= letter < 0x7F for letter in name):
            return
        yield name.decode("latin-1"), place + 8, length
        place += 8 + length + length % 2
