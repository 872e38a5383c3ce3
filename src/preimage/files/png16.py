"""PNG with 16 bits a sample, which Pillow reads and writes for grey pictures only."""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from preimage import _optional
from preimage.files.metadata import Metadata

__all__ = ["png_layout", "read_png16", "write_png16"]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
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
        file.write(_SIGNATURE)
        _chunk(file, b"IHDR", struct.pack(">IIBBBBB", width, height, 16, _COLOUR_TYPES[channels], 0, 0, 0))
        if metadata.icc:
            _chunk(file, b"iCCP", b"ICC profile\0\0" + zlib.compress(metadata.icc))
        if metadata.dpi:
            per_metre = [round(value / 0.0254) for value in metadata.dpi]
            _chunk(file, b"pHYs", struct.pack(">IIB", *per_metre, 1))
        if metadata.exif:
            _chunk(file, b"eXIf", metadata.exif)
        for block in _compressed_rows(samples):
            _chunk(file, b"IDAT", block)
        _chunk(file, b"IEND", b"")


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


def _chunk(file: BinaryIO, kind: bytes, data: bytes) -> None:
    file.write(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)))
