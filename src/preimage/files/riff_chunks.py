"""The chunks of a WebP file, which is a RIFF file (RFC 9649)."""

import struct
from collections.abc import Iterator
from mmap import mmap

__all__ = ["riff_chunks"]


def riff_chunks(data: bytes | mmap) -> Iterator[tuple[str, int, int]]:
    """Name, place of the data and length of every chunk, also of a last one that is cut off."""
    place = 12
    while place + 8 <= len(data):
        name, length = struct.unpack_from("<4sI", data, place)
        yield name.decode("latin-1"), place + 8, length
        place += 8 + length + length % 2
