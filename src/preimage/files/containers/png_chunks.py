"""The chunks of a PNG file (W3C, Portable Network Graphics, third edition, 2025, section 5)."""

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from mmap import mmap

__all__ = ["SIGNATURE", "Chunk", "chunk_bytes", "png_chunks", "with_chunks"]

SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Chunk:
    """Its name, such as ``IDAT``, and where its data begins and how long it is."""

    name: str
    start: int
    length: int


def png_chunks(data: bytes | mmap) -> Iterator[Chunk]:
    """The chunks that are whole, in order, up to ``IEND``."""
    place = len(SIGNATURE)
    while place + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, place)
        if place + 12 + length > len(data):
            return
        yield Chunk(name.decode("latin-1"), place + 8, length)
        if name == b"IEND":
            return
        place += 12 + length


def chunk_bytes(name: str, data: bytes) -> bytes:
    """A chunk with its length and checksum."""
    head = name.encode("latin-1")
    return struct.pack(">I", len(data)) + head + data + struct.pack(">I", zlib.crc32(head + data))


def with_chunks(file: bytes, added: Sequence[tuple[str, bytes]]) -> bytes:
    """A PNG file with chunks added behind its header, before palette and pixels, where those of colour must stand."""
    end = len(SIGNATURE) + 12 + 13
    return file[:end] + b"".join(chunk_bytes(name, data) for name, data in added) + file[end:]
