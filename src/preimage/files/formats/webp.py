"""WebP (RFC 9649)."""

import re
import struct
from dataclasses import replace
from io import BytesIO
from mmap import mmap
from pathlib import Path
from typing import Any

from preimage.files.containers.riff_chunks import riff_chunks
from preimage.files.containers.tags import read_tags
from preimage.files.formats.checks import check_whole, map_bytes
from preimage.files.formats.format import Fitted, Format, Header, Holds
from preimage.files.formats.pillow import decode, image_header, image_metadata, make_image, save_options
from preimage.files.metadata.carried import Metadata
from preimage.files.metadata.resolution import resolution_name
from preimage.files.samples.samples import Samples

__all__ = ["WEBP", "missing_of_webp"]


def _open(path: Path) -> Any:
    from PIL.WebPImagePlugin import WebPImageFile

    return WebPImageFile(_with_right_length(path))


def _with_right_length(path: Path) -> Path | BytesIO:
    """What a decoder is to read: a copy with its length put right where that of a whole file is wrong."""
    with map_bytes(path) as data:
        ends = [start + length + length % 2 for _, start, length in riff_chunks(data)]
        told, length = struct.unpack_from("<I", data, 4)[0] + 8, max([12, *ends])
        if told == length or length > len(data):
            return path
        return BytesIO(data[:4] + struct.pack("<I", length - 8) + data[8:length])


def _header(path: Path) -> Header:
    check_whole(path, missing_of_webp)
    with _open(path) as image:
        return image_header(image, image.n_frames)


def _read(path: Path) -> Samples:
    with _open(path) as image:
        return decode(image, path, "WEBP", lambda: _metadata_of(image, path))


def _metadata(path: Path) -> Metadata:
    with _open(path) as image:
        return _metadata_of(image, path)


def _metadata_of(image: Any, path: Path) -> Metadata:
    with map_bytes(path) as data:
        xmp, left_out = _beside(data)
        lossless = any(name == "VP8L" for name, _, _ in riff_chunks(data))
    return image_metadata(image, image.info.get("dpi"), xmp=xmp, left_out=left_out, lossless=lossless)


def _write(path: Path, samples: Samples, quality: int | None) -> None:
    options: dict[str, Any] = {"quality": 95 if quality is None else quality}
    if samples.metadata.lossless and quality is None:
        options = {"lossless": True, "exact": True}  # colours that are wholly transparent, too
    make_image(samples, bits=False).save(path, "WEBP", **options, **save_options(samples.metadata))


def _fit(metadata: Metadata) -> Fitted:
    codes = {tag.code for tag in read_tags(metadata.exif)[0]} if metadata.exif else set()
    names = [resolution_name(metadata.dpi)] if metadata.dpi and 282 not in codes else []
    return replace(metadata, dpi=None), names


def missing_of_webp(data: mmap) -> str:
    """What of a WebP file is missing, in words; empty where nothing is."""
    found = {name: (start, length) for name, start, length in riff_chunks(data)}
    for name, (start, length) in found.items():
        if start + length > len(data):
            return f"its chunk {name.strip()} is cut off"
    if not found.keys() & {"VP8 ", "VP8L", "ANMF"}:
        return "its pixels are missing"
    flags = data[found["VP8X"][0]] if "VP8X" in found else 0
    for bit, name in ((0x20, "ICCP"), (0x08, "EXIF"), (0x04, "XMP ")):
        if flags & bit and name not in found:
            return f"its chunk {name.strip()} is missing"
    return ""


def _beside(data: mmap) -> tuple[bytes, tuple[str, ...]]:
    """XMP, and names of what is not carried."""
    known = {"VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP", "EXIF", "XMP "}
    xmp, left_out = b"", []
    for name, start, length in riff_chunks(data):
        if name == "XMP ":
            xmp = data[start : start + length]
        elif name not in known and re.fullmatch(r"[ -~]{4}", name):
            left_out.append(f"WebP chunk {name.strip()}")
    return xmp, tuple(dict.fromkeys(left_out))


WEBP = Format(
    "WEBP",
    (".webp",),
    lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP",
    _header,
    _read,
    _write,
    Holds(longest=16383, quality=True),
    metadata=_metadata,
    fit=_fit,
    title="WebP",
)
