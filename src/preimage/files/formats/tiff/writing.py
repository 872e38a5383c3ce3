"""Writing TIFF files, which Pillow does without some directories, and with 16 bits in grey only."""

import struct
import zlib
from pathlib import Path

import numpy as np

from preimage.errors import ImageFileError
from preimage.files.containers.tags import Tag, directory_bytes
from preimage.files.formats.tiff.metadata import tiff_tags
from preimage.files.metadata.carried import Metadata
from preimage.files.samples.palette import to_palette
from preimage.files.samples.samples import Samples

__all__ = ["write_tiff"]

_STRIP = 1 << 20


def write_tiff(path: Path, samples: Samples, quality: int | None = None) -> None:
    """Write ``samples``, with metadata that fits; nothing is lost, so there is no quality.

    Raises:
        ImageFileError: over 4 GB, the limit of classic TIFF.
    """
    if not samples.palette or samples.alpha is not None:
        _write_strips(path, samples.joined(), samples.metadata, extras=samples.kinds())
        return
    image = to_palette(samples.colour)
    colours = np.zeros((256, 3), np.uint8)
    table = np.array(image.getpalette(), np.uint8).reshape(-1, 3)
    colours[: len(table)] = table
    _write_strips(path, np.asarray(image)[..., None], samples.metadata, colours)


def _write_strips(
    path: Path,
    samples: np.ndarray,
    metadata: Metadata,
    colours: np.ndarray | None = None,
    extras: tuple[int, ...] = (),
) -> None:
    """Deflate ``samples`` (H, W, C) strip by strip.

    Args:
        path: the file.
        samples: bool (one bit, C = 1), integers or floats: grey or RGB, and ``extras`` behind.
        metadata: that fits.
        colours: uint8 (256, 3): ``samples`` are then uint8 indices into this table.
        extras: see :class:`preimage.files.samples.samples.Samples`.
    """
    height, width, channels = samples.shape
    if samples.nbytes > 0xF0000000:
        raise ImageFileError(f"{path} would be over 4 GB, more than a TIFF file holds; write parts of the picture.")
    differences = samples.dtype.kind in "iu" and colours is None
    rows = max(1, _STRIP // max(1, samples[0].nbytes))
    offsets, sizes = [], []
    with path.open("wb") as file:
        file.write(b"II*\0\0\0\0\0")
        for top in range(0, height, rows):
            strip = zlib.compress(_packed(samples[top : top + rows], differences), 6)
            offsets.append(file.tell())
            sizes.append(len(strip))
            file.write(strip)
        bits = 1 if samples.dtype.kind == "b" else samples.dtype.itemsize * 8
        directory = [
            _longs(256, width), _longs(257, height), _shorts(258, *[bits] * channels), _shorts(259, 8),
            _shorts(262, 3 if colours is not None else 2 if channels - len(extras) == 3 else 1), _longs(273, *offsets),
            _shorts(277, channels), _longs(278, rows), _longs(279, *sizes), _shorts(284, 1),
            _shorts(317, 2 if differences else 1),
            _shorts(339, *[{"f": 3, "i": 2}.get(samples.dtype.kind, 1)] * channels),
        ]  # fmt: skip
        if extras:
            directory.append(_shorts(338, *extras))
        if colours is not None:
            directory.append(_shorts(320, *(colours.T.astype(np.uint16) * 257).ravel().tolist()))
        body, place = directory_bytes([*directory, *tiff_tags(metadata)], file.tell())
        file.write(body)
        file.seek(4)
        file.write(struct.pack("<I", place))


def _shorts(code: int, *values: int) -> Tag:
    return Tag(code, 3, len(values), struct.pack(f"<{len(values)}H", *values))


def _longs(code: int, *values: int) -> Tag:
    return Tag(code, 4, len(values), struct.pack(f"<{len(values)}I", *values))


def _packed(strip: np.ndarray, differences: bool) -> bytes:
    """Little-endian samples, eight to a byte for bits; as differences from the left, if asked, which deflate better."""
    if strip.dtype.kind == "b":
        return np.packbits(strip[..., 0], axis=1).tobytes()
    if differences:
        left = strip[:, :-1]
        strip = strip.copy()
        strip[:, 1:] -= left
    return strip.astype(strip.dtype.newbyteorder("<")).tobytes()
