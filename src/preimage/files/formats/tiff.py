"""TIFF: reading samples of more than 8 bits, which Pillow knows in grey only, and writing of all."""

import struct
import zlib
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np

from preimage import _optional
from preimage.errors import ImageFileError
from preimage.files.containers.tags import Tag, directory_bytes
from preimage.files.metadata.carried import Metadata
from preimage.files.metadata.fitting import tiff_tags
from preimage.files.pictures_in import slices_told

__all__ = ["read_deep_tiff", "tiff_shape", "write_tiff"]

_STRIP = 1 << 20
_KINDS = ("uint8", "uint16", "uint32", "int8", "int16", "int32", "float16", "float32", "float64")
_PHOTOMETRIC = {0: 1, 1: 1, 2: 3}  # white is zero, black is zero, RGB: samples of a colour


def tiff_shape(path: Path) -> tuple[int, int]:
    """Width and height by the header."""
    with _open(path) as file:
        page = file.pages[0]
        return int(page.imagewidth), int(page.imagelength)


def read_deep_tiff(path: Path) -> tuple[np.ndarray, tuple[int, ...], int]:
    """The only full-size picture in the file.

    Returns:
        the samples (H, W, C); the kinds of those behind grey or RGB, as in the tag ExtraSamples: 0 for a band, 1 for
        transparency that is multiplied in, 2 for transparency that is not; the bits of a sample in the file.

    Raises:
        ImageFileError: several pictures, or samples that are no integers of up to 32 bits or floats.
    """
    with _open(path) as file:
        pictures = [page for page in file.pages if not page.is_reduced]
        told = [slices_told(page.description, page.size, page.imagedepth) for page in pictures]
        count = max([len(pictures), *told])
        if count != 1:
            raise ImageFileError(f"`input` must hold one picture, got {count} in {path}; split the file first.")
        page = pictures[0]
        if str(page.dtype) not in _KINDS or int(page.photometric) not in _PHOTOMETRIC:
            raise ImageFileError(
                f"`input` must be grey or RGB with integers of up to 32 bits or floats, got samples of type "
                f"{page.dtype} and colour model {_name(page.photometric)} in {path}; convert it first."
            )
        samples = page.asarray()
        if int(page.planarconfig) == 2 and samples.ndim == 3:
            samples = np.moveaxis(samples, 0, -1)
        if int(page.photometric) == 0:
            samples = 1 - samples if samples.dtype.kind == "f" else ~samples
        samples = samples.reshape(*samples.shape[:2], -1)
        behind = samples.shape[2] - _PHOTOMETRIC[int(page.photometric)]
        told = tuple(int(kind) for kind in page.extrasamples)
        return samples, (0,) * (behind - len(told)) + told[:behind], int(page.bitspersample)


def write_tiff(
    path: Path,
    samples: np.ndarray,
    metadata: Metadata,
    colours: np.ndarray | None = None,
    extras: tuple[int, ...] = (),
) -> None:
    """Write ``samples`` (H, W, C), deflated strip by strip, with metadata that fits.

    Pillow writes compressed TIFF without those directories, and 16 bits in grey only.

    Args:
        samples: bool (one bit, C = 1), integers or floats: grey or RGB, and ``extras`` behind.
        colours: uint8 (256, 3): ``samples`` are then uint8 indices into this table.
        extras: see :func:`read_deep_tiff`.

    Raises:
        ImageFileError: over 4 GB, the limit of classic TIFF.
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


def _name(photometric: Any) -> str:
    return photometric.name if isinstance(photometric, Enum) else str(photometric)


def _open(path: Path) -> Any:
    tifffile = _optional.require("tifffile", "io", "reading 16-bit and float TIFF files")
    return tifffile.TiffFile(path)
