"""PNG (W3C, Portable Network Graphics, third edition, 2025)."""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from mmap import mmap
from pathlib import Path
from typing import Any

import numpy as np

from preimage.files.containers.inflate import DEFLATE, inflated_size
from preimage.files.containers.png_chunks import SIGNATURE, png_chunks, with_chunks
from preimage.files.formats.checks import check_size, check_whole, first_bytes, map_bytes
from preimage.files.formats.format import Fitted, Format, Header, Holds
from preimage.files.formats.pillow import decode, image_header, image_metadata, make_image
from preimage.files.formats.png16 import read_png16, write_png16
from preimage.files.metadata.carried import Metadata, Own
from preimage.files.metadata.resolution import with_resolution
from preimage.files.samples.samples import Samples, split_channels

__all__ = ["PNG", "missing_of_png"]

_XMP = b"XML:com.adobe.xmp\0"
_LARGEST_TEXT = 1 << 26

# What decoders use, and what is read by its meaning.
_KNOWN = {"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "iCCP", "eXIf", "acTL", "fcTL", "fdAT"}
# Colour of all samples (W3C PNG, section 11.3.2); other chunks are carried where their name says that new pixels do not
# concern them: a fourth letter that is small.
_COLOUR = {"gAMA", "cHRM", "sRGB", "cICP", "mDCV", "mDCv", "cLLI", "cLLi"}


def _open(path: Path) -> Any:
    from PIL.PngImagePlugin import PngImageFile

    return PngImageFile(path)


def _bits(head: bytes) -> tuple[int, bool]:
    """Bits of a sample, and whether there are 16 in colour or with transparency, which Pillow rounds to 8."""
    return head[24], head[24] == 16 and head[25] != 0


def _header(path: Path) -> Header:
    head = first_bytes(path)
    if len(head) >= 24:
        check_size(path, *struct.unpack(">II", head[16:24]))  # Pillow does not open it without pixels
    check_whole(path, missing_of_png)
    with _open(path) as image:
        return image_header(image, image.n_frames, bits=_bits(head)[0])


def _read(path: Path) -> Samples:
    with _open(path) as image:
        if not _bits(first_bytes(path))[1]:
            return decode(image, path, "PNG", lambda: _metadata_of(image, path))
        metadata = _metadata_of(image, path)
    return split_channels("PNG", read_png16(path), False, metadata)


def _metadata(path: Path) -> Metadata:
    with _open(path) as image:
        image.load()  # what stands behind the pixels is found then
        return _metadata_of(image, path)


def _metadata_of(image: Any, path: Path) -> Metadata:
    with map_bytes(path) as data:
        xmp, own, left_out = _beside(data)
    return image_metadata(image, image.info.get("dpi"), xmp=xmp, own=own, left_out=left_out)


def _write(path: Path, samples: Samples, quality: int | None) -> None:
    added = _metadata_chunks(samples.metadata)
    if samples.colour.dtype == np.uint16:
        write_png16(path, samples.joined(), added)
        return
    buffer = BytesIO()
    make_image(samples, palette=True).save(buffer, "PNG")
    path.write_bytes(with_chunks(buffer.getvalue(), added))


def _fit(metadata: Metadata) -> Fitted:
    return with_resolution(metadata, lambda dpi: 1 <= round(dpi / 0.0254) < 2**31)


def missing_of_png(data: mmap) -> str:
    """What of a PNG file is missing, in words; empty where nothing is."""
    found = list(png_chunks(data))
    names = [chunk.name for chunk in found]
    if names[:1] != ["IHDR"] or found[0].length != 13:
        return "its header is missing"
    if names[-1] != "IEND":
        return "its end mark IEND is missing"
    pixels = [chunk for chunk in found if chunk.name == "IDAT"]
    width, height, bits, colour, _, _, interlaced = struct.unpack_from(">IIBBBBB", data, found[0].start)
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}.get(colour, 1)
    claimed = sum(h * (1 + -(-w * bits * channels // 8)) for w, h in _passes(width, height, bool(interlaced)))
    stored = sum(chunk.length for chunk in pixels)
    if stored * DEFLATE < claimed:
        return f"{stored} bytes of pixels cannot be {width}x{height}"
    there = inflated_size((data[chunk.start : chunk.start + chunk.length] for chunk in pixels), claimed)
    if there < 0:
        return "its compressed pixels are damaged"
    return "" if there >= claimed else f"{there} of {claimed} bytes of pixels are there"


def _passes(width: int, height: int, interlaced: bool) -> Iterator[tuple[int, int]]:
    """Width and height of the seven small pictures of Adam7, or of the one."""
    if not interlaced:
        yield width, height
        return
    for left, top, across, down in (
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
    ):  # fmt: skip
        w, h = -(-(width - left) // across), -(-(height - top) // down)
        if w > 0 and h > 0:
            yield w, h


def _beside(data: mmap) -> tuple[bytes, tuple[Own, ...], tuple[str, ...]]:
    """XMP, what only PNG holds, and names of what is not carried."""
    xmp, own, left_out = b"", [], []
    for chunk in png_chunks(data):
        content = data[chunk.start : chunk.start + chunk.length]
        if chunk.name in _KNOWN or (chunk.name == "pHYs" and content[8:] == b"\1"):
            continue
        if chunk.name == "iTXt" and content.startswith(_XMP) and not xmp:
            xmp = _text_of(content)
        elif chunk.name in _COLOUR or chunk.name[3:].islower():
            own.append(Own("PNG", chunk.name, content))
        else:
            left_out.append(f"PNG chunk {chunk.name}")
    return xmp, tuple(own), tuple(dict.fromkeys(left_out))


def _text_of(content: bytes) -> bytes:
    """The text of an iTXt chunk: keyword, two flags, language, keyword again, text."""
    flags = content.index(b"\0") + 1
    text = content[flags + 2 :].split(b"\0", 2)[-1]
    return zlib.decompressobj().decompress(text, _LARGEST_TEXT) if content[flags] else text


def _metadata_chunks(metadata: Metadata) -> list[tuple[str, bytes]]:
    """Name and content of the chunks for metadata that fits, to stand before the pixels."""
    found = [(item.name, item.data) for item in metadata.own]
    if metadata.icc:
        found.append(("iCCP", b"ICC profile\0\0" + zlib.compress(metadata.icc)))
    if metadata.dpi:
        found.append(("pHYs", struct.pack(">IIB", *(round(value / 0.0254) for value in metadata.dpi), 1)))
    if metadata.exif:
        found.append(("eXIf", metadata.exif))
    if metadata.xmp:
        found.append(("iTXt", _XMP + bytes(4) + metadata.xmp))
    return found


PNG = Format(
    "PNG",
    (".png",),
    lambda head: head.startswith(SIGNATURE),
    _header,
    _read,
    _write,
    Holds(bits=16),
    metadata=_metadata,
    fit=_fit,
)
