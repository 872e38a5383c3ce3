"""Whether a picture file holds all that its header claims, by the format's own marks; decoders fill in what is missing.

Sources: W3C PNG (2025); ITU-T T.81; TIFF 6.0; RFC 9649 (WebP); Microsoft's wingdi.h (BMP).
"""

import struct
from collections.abc import Callable, Iterator
from io import BytesIO
from mmap import mmap
from pathlib import Path

from preimage.files.containers.inflate import DEFLATE, inflated
from preimage.files.containers.jpeg_segments import END, segments
from preimage.files.containers.png_chunks import chunks
from preimage.files.containers.riff_chunks import riff_chunks
from preimage.files.metadata.reading import mapped
from preimage.files.whole_tiff import missing_of_tiff

__all__ = ["mended", "what_is_missing"]


def what_is_missing(path: Path, kind: str) -> str:
    """Of the file ``path`` of format ``kind``, in words; empty where nothing is."""
    with mapped(path) as data:
        try:
            return _MISSING[kind](data)
        except (struct.error, IndexError):
            return "its header is cut off"


def mended(path: Path, kind: str) -> Path | BytesIO:
    """What a decoder is to read: a copy with its length put right where that of a whole WebP is wrong."""
    if kind != "WEBP":
        return path
    with mapped(path) as data:
        ends = [start + length + length % 2 for _, start, length in riff_chunks(data)]
        told, length = struct.unpack_from("<I", data, 4)[0] + 8, max([12, *ends])
        if told == length or length > len(data):
            return path
        return BytesIO(data[:4] + struct.pack("<I", length - 8) + data[8:length])


def _of_png(data: mmap) -> str:
    found = list(chunks(data))
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
    there = inflated((data[chunk.start : chunk.start + chunk.length] for chunk in pixels), claimed)
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


def _of_jpeg(data: mmap) -> str:
    blocks = stored = width = height = last = 0
    for segment in segments(data):
        last = segment.marker
        if 0xC0 <= last <= 0xCF and last not in (0xC4, 0xC8, 0xCC):
            height, width, parts = struct.unpack_from(">HHB", data, segment.start + 1)
            sampling = [data[segment.start + 7 + 3 * part] for part in range(parts)]
            blocks = _blocks(width, height, sampling) if last <= 0xC2 else 0  # others need no bit for each block
        stored += segment.until - segment.start - segment.length
    if last != END:
        return "its end mark EOI is missing"
    # Huffman coding spends at least one bit on the mean of each block.
    return "" if 8 * stored >= blocks else f"{stored} bytes of pixels cannot be {width}x{height}"


def _blocks(width: int, height: int, sampling: list[int]) -> int:
    """Blocks of 8x8 of all components, which have ``sampling`` factors (across, down) in a byte."""
    most = [max([1, *(factor >> 4 for factor in sampling)]), max([1, *(factor & 15 for factor in sampling)])]
    return sum(
        -(-width * (factor >> 4) // (8 * most[0])) * -(-height * (factor & 15) // (8 * most[1])) for factor in sampling
    )


def _of_webp(data: mmap) -> str:
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


def _of_bmp(data: mmap) -> str:
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


_MISSING: dict[str, Callable[[mmap], str]] = {
    "PNG": _of_png, "JPEG": _of_jpeg, "TIFF": missing_of_tiff, "WEBP": _of_webp, "BMP": _of_bmp,
}  # fmt: skip
