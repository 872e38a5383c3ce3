"""PNG with 16 bits a sample, which Pillow reads and writes for grey pictures only."""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from preimage import _optional
from preimage.files.containers.png_chunks import SIGNATURE, chunk_bytes
from preimage.files.metadata.carried import Metadata
from preimage.files.metadata.reading import PNG_XMP

__all__ = ["metadata_chunks", "png_layout", "read_png16", "write_png16"]

_COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}  # channels -> colour type
_BLOCK = 1 << 22


def png_layout(head: bytes) -> tuple[int, int]:
    """Bits per sample and colour type from the first 26 bytes of a PNG file."""
    return head[24], head[25]


def read_png16(path: Path) -> np.ndarray:
    """The samples, uint16 (H, W) or (H, W, C)."""
    codecs = _optional.require("imagecodecs", "io", "reading 16-bit colour PNG files")
    return codecs.png_decode(path.read_bytes())


def write_png16(path: Path, samples: np.ndarray, metadata: Metadata) -> None:
    """Write uint16 ``samples`` (H, W, C), C = 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA."""
    height, width, channels = samples.shape
    with path.open("wb") as file:
        file.write(SIGNATURE)
        header = struct.pack(">IIBBBBB", width, height, 16, _COLOUR_TYPES[channels], 0, 0, 0)
        for name, content in (("IHDR", header), *metadata_chunks(metadata)):
            file.write(chunk_bytes(name, content))
        for block in _compressed_rows(samples):
            file.write(chunk_bytes("IDAT", block))
        file.write(chunk_bytes("IEND", b""))


def metadata_chunks(metadata: Metadata) -> list[tuple[str, bytes]]:
    """Name and content of the chunks for metadata that fits, to stand before the pixels."""
    found = [(item.name, item.data) for item in metadata.own]
    if metadata.icc:
        found.append(("iCCP", b"ICC profile\0\0" + zlib.compress(metadata.icc)))
    if metadata.dpi:
        found.append(("pHYs", struct.pack(">IIB", *(round(value / 0.0254) for value in metadata.dpi), 1)))
    if metadata.exif:
        found.append(("eXIf", metadata.exif))
    if metadata.xmp:
        found.append(("iTXt", PNG_XMP + bytes(4) + metadata.xmp))
    return found


def _compressed_rows(samples: np.ndarray) -> Iterator[bytes]:
    """The zlib stream of the rows, each filtered with "up": stored as its difference from the row above."""
    height = samples.shape[0]
    step = max(1, _BLOCK // max(1, samples[0].nbytes))
    encoder = zlib.compressobj(6)
    above = np.zeros((1, samples[0].size * 2), np.uint8)
    for top in range(0, height, step):
        rows = np.ascontiguousarray(samples[top : top + step].astype(">u2")).view(np.uint8)
        rows = rows.reshape(rows.shape[0], -1)
        previous = np.concatenate([above, rows[:-1]])
        filtered = np.empty((rows.shape[0], rows.shape[1] + 1), np.uint8)
        filtered[:, 0] = 2
        np.subtract(rows, previous, out=filtered[:, 1:])
        above = rows[-1:]
        if block := encoder.compress(filtered.tobytes()):
            yield block
    yield encoder.flush()
