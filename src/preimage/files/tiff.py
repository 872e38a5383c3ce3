"""TIFF: reading samples of more than 8 bits, which Pillow knows in grey only, and writing of all."""

import struct
import zlib
from enum import Enum
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from preimage import _optional
from preimage.errors import ImageFileError
from preimage.files.metadata import Metadata, descriptive_tags
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
    """Write ``samples`` (H, W, C), deflated strip by strip, with their EXIF and GPS directories.

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
        directory = {
            256: ("I", [width]), 257: ("I", [height]), 258: ("H", [bits] * channels), 259: ("H", [8]),
            262: ("H", [3 if colours is not None else 2 if channels - len(extras) == 3 else 1]), 273: ("I", offsets),
            277: ("H", [channels]), 278: ("I", [rows]), 279: ("I", sizes), 284: ("H", [1]),
            317: ("H", [2 if differences else 1]), 339: ("H", [{"f": 3, "i": 2}.get(samples.dtype.kind, 1)] * channels),
        }  # fmt: skip
        if extras:
            directory[338] = ("H", list(extras))
        if colours is not None:
            directory[320] = ("H", (colours.T.astype(np.uint16) * 257).ravel().tolist())
        _write_directory(file, {**directory, **_described(file, metadata)})


def _packed(strip: np.ndarray, differences: bool) -> bytes:
    """Little-endian samples, eight to a byte for bits; as differences from the left, if asked, which deflate better."""
    if strip.dtype.kind == "b":
        return np.packbits(strip[..., 0], axis=1).tobytes()
    if differences:
        left = strip[:, :-1]
        strip = strip.copy()
        strip[:, 1:] -= left
    return strip.astype(strip.dtype.newbyteorder("<")).tobytes()


def _described(file: BinaryIO, metadata: Metadata) -> dict[int, tuple[str, Any]]:
    """Directory entries for ``metadata``; EXIF and GPS directories are written to ``file`` at once."""
    entries: dict[int, tuple[str, Any]] = {}
    for tag, value in (descriptive_tags(metadata.exif) if metadata.exif else {}).items():
        if isinstance(value, dict):
            entries[tag] = ("I", [_append_subdirectory(file, tag, value)])
        elif isinstance(value, int):
            entries[tag] = ("H", [value])
        else:
            entries[tag] = ("s", str(value).encode("utf-8") + b"\0")
    if metadata.icc:
        entries[34675] = ("B", metadata.icc)
    if metadata.dpi:
        horizontal, vertical = (round(value * 10_000) for value in metadata.dpi)
        entries.update({282: ("II", [horizontal, 10_000]), 283: ("II", [vertical, 10_000]), 296: ("H", [2])})
    return entries


def _append_subdirectory(file: BinaryIO, group: int, tags: dict[int, Any]) -> int:
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    directory = ImageFileDirectory_v2(b"II*\0\0\0\0\0", group=group)
    for tag, value in tags.items():
        directory[tag] = value
    offset = _align(file)
    file.write(directory.tobytes(offset))
    return offset


_FIELD_TYPES = {"s": 2, "H": 3, "I": 4, "II": 5, "B": 7}


def _write_directory(file: BinaryIO, entries: dict[int, tuple[str, Any]]) -> None:
    """Append the directory, long values first, and point the header at it."""
    records = []
    for tag, (kind, value) in sorted(entries.items()):
        data = value if isinstance(value, bytes) else struct.pack(f"<{len(value)}{kind[0]}", *value)
        count = len(value) // len(kind)
        if len(data) > 4:
            offset = _align(file)
            file.write(data)
            data = struct.pack("<I", offset)
        records.append(struct.pack("<HHI", tag, _FIELD_TYPES[kind], count) + data.ljust(4, b"\0"))
    offset = _align(file)
    file.write(struct.pack("<H", len(records)) + b"".join(records) + b"\0\0\0\0")
    file.seek(4)
    file.write(struct.pack("<I", offset))


def _align(file: BinaryIO) -> int:
    """Move to the next even position, which TIFF asks of directories, and return it."""
    file.write(b"\0" * (file.tell() % 2))
    return file.tell()


def _name(photometric: Any) -> str:
    return photometric.name if isinstance(photometric, Enum) else str(photometric)


def _open(path: Path) -> Any:
    tifffile = _optional.require("tifffile", "io", "reading 16-bit and float TIFF files")
    return tifffile.TiffFile(path)
