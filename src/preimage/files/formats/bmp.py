"""BMP (Microsoft, wingdi.h)."""

import struct
from dataclasses import replace
from mmap import mmap
from pathlib import Path
from typing import Any

from preimage.files.formats.checks import check_whole, map_bytes
from preimage.files.formats.format import Fitted, Format, Header, Holds
from preimage.files.formats.pillow import decode, image_header, image_metadata, make_image, save_options
from preimage.files.metadata.carried import Metadata
from preimage.files.metadata.resolution import with_resolution
from preimage.files.samples.samples import Samples

__all__ = ["BMP", "missing_of_bmp"]


def _open(path: Path) -> Any:
    from PIL.BmpImagePlugin import BmpImageFile

    return BmpImageFile(path)


def _header(path: Path) -> Header:
    check_whole(path, missing_of_bmp)
    with _open(path) as image:
        return image_header(image)


def _read(path: Path) -> Samples:
    with _open(path) as image:
        return decode(image, path, "BMP", lambda: _metadata_of(image, path))


def _metadata(path: Path) -> Metadata:
    with _open(path) as image:
        return _metadata_of(image, path)


def _metadata_of(image: Any, path: Path) -> Metadata:
    with map_bytes(path) as data:
        left_out = _left_out(data)
    return image_metadata(image, image.info.get("dpi"), left_out=left_out)


def _write(path: Path, samples: Samples, quality: int | None) -> None:
    make_image(samples, palette=True).save(path, "BMP", **save_options(samples.metadata))


def _fit(metadata: Metadata) -> Fitted:
    kept, names = with_resolution(metadata, lambda dpi: 1 <= int(dpi * 39.3701 + 0.5) < 2**31)
    here = {"EXIF": kept.exif, "colour profile": kept.icc, "XMP": kept.xmp}
    return replace(kept, exif=b"", icc=b"", xmp=b""), [*names, *(name for name, content in here.items() if content)]


def missing_of_bmp(data: mmap) -> str:
    """What of a BMP file is missing, in words; empty where nothing is."""
    offset, size = struct.unpack_from("<II", data, 10)
    if size == 12:
        (width, height), bits, packing = struct.unpack_from("<HH", data, 18), data[24], 0
    else:
        (width, height), bits, packing = struct.unpack_from("<ii", data, 18), data[28], data[30]
    if packing in (1, 2):
        return "" if _rle_ends(data, offset, 2 if packing == 2 else 1) else "its end mark is missing"
    row = -(-width * bits // 8)
    there = max(0, len(data) - offset + (-row) % 4) // max(1, row + (-row) % 4)  # the last row needs no filling
    return "" if there >= abs(height) else f"{there} of {abs(height)} rows are there"


def _rle_ends(data: mmap, place: int, pixels: int) -> bool:
    """Whether run-length codes, of ``pixels`` to a byte, come to their end mark within the file."""
    while place + 2 <= len(data):
        count, value = data[place], data[place + 1]
        place += 2
        if not count and value == 1:
            return True
        if not count and value == 2:
            place += 2
        elif not count and value:
            length = -(-value // pixels)
            place += length + length % 2
    return False


def _left_out(data: mmap) -> tuple[str, ...]:
    """Colour of BITMAPV4HEADER and its successor (Microsoft, wingdi.h), which is not written."""
    size = struct.unpack_from("<I", data, 14)[0]
    if size < 108 or len(data) < 14 + 108:
        return ()
    space, ends = data[70:74], data[74 : 74 + 48]
    plain = space in (b"BGRs", b" niW") or (space == bytes(4) and not any(ends))
    return () if plain else ("colour space of the BMP",)


BMP = Format(
    "BMP",
    (".bmp", ".dib"),
    lambda head: head.startswith(b"BM"),
    _header,
    _read,
    _write,
    Holds(alpha=False, orientation=False),
    metadata=_metadata,
    fit=_fit,
)
