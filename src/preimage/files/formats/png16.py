"""PNG with 16 bits a sample, which Pillow reads and writes for grey pictures only."""

import struct
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from preimage import _optional
from preimage.files.containers.png_chunks import SIGNATURE, chunk_bytes

__all__ = ["read_png16", "write_png16"]

_COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}  # channels -> colour type
_BLOCK = 1 << 22


def read_png16(path: Path) -> np.ndarray:
    """The samples, uint16 (H, W) or (H, W, C)."""
    codecs = _optional.require("imagecodecs", "io", "reading 16-bit colour PNG files")
    return codecs.png_decode(path.read_bytes())


def write_png16(path: Path, samples: np.ndarray, added: Sequence[tuple[str, bytes]]) -> None:
    """Write uint16 ``samples`` (H, W, C), C = 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA.

    ``added`` are the name and content of chunks that stand before the pixels.
    """
    height, width, channels = samples.shape
    with path.open("wb") as file:
        file.write(SIGNATURE)
        header = struct.pack(">IIBBBBB", width, height, 16, _COLOUR_TYPES[channels], 0, 0, 0)
        for name, content in (("IHDR", header), *added):
            file.write(chunk_bytes(name, content))
        for block in _compressed_rows(samples):
            file.write(chunk_bytes("IDAT", block))
        file.write(chunk_bytes("IEND", b""))


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
