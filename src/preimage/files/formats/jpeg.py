"""JPEG (ITU-T T.81)."""

import re
import struct
from dataclasses import replace
from functools import cache
from mmap import mmap
from pathlib import Path
from typing import Any

from preimage.files.containers.jpeg_segments import END, segment_bytes, segments
from preimage.files.formats.checks import check_whole, map_bytes
from preimage.files.formats.format import Fitted, Format, Header, Holds
from preimage.files.formats.pillow import decode, image_header, image_metadata, make_image, save_options
from preimage.files.metadata.carried import Metadata, Own
from preimage.files.metadata.exif import EXIF_MARK, reduced_block
from preimage.files.metadata.resolution import exif_resolution, with_resolution
from preimage.files.samples.samples import Samples

__all__ = ["JPEG", "missing_of_jpeg"]

_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_PER_INCH = {1: 1.0, 2: 2.54}  # by JFIF's unit
_SEGMENT = 65533  # bytes of a JPEG segment
_PROFILE = 255 * (_SEGMENT - 14)  # in 255 segments with a mark of 14 bytes each


def _open(path: Path) -> Any:
    return _forgiving_jpeg()(path)


@cache
def _forgiving_jpeg() -> Any:
    """Pillow's JPEG reader, which refuses whole pictures with EXIF that is cut off, for the resolution in it."""
    from PIL.JpegImagePlugin import JpegImageFile

    class WithoutDpi(JpegImageFile):
        def _read_dpi_from_exif(self) -> None:
            """Do nothing: Pillow must not look for a resolution in EXIF data that it may fail to parse."""

    return WithoutDpi


def _header(path: Path) -> Header:
    check_whole(path, missing_of_jpeg)
    with _open(path) as image:
        return image_header(image, left_out=_further_pictures(path, image))


def _read(path: Path) -> Samples:
    with _open(path) as image:
        samples = decode(image, path, "JPEG", lambda: _metadata_of(image, path))
        return replace(samples, luma_steps=_luma_steps(image))


def _luma_steps(image: Any) -> tuple[int, ...]:
    """The table of the first component, which is brightness."""
    return tuple(image.quantization.get(image.layer[0][3], ()))


def _metadata(path: Path) -> Metadata:
    with _open(path) as image:
        return _metadata_of(image, path)


def _metadata_of(image: Any, path: Path) -> Metadata:
    with map_bytes(path) as data:
        xmp, own, left_out = _beside(data)
    # Where the file tells none, Pillow tells 72.
    unit, density = image.info.get("jfif_unit", 0), image.info.get("jfif_density", (1, 1))
    exif = bytes(image.info.get("exif") or b"").removeprefix(EXIF_MARK)
    dpi = [value * _PER_INCH[unit] for value in density] if unit in _PER_INCH else exif_resolution(exif)
    left_out += (f"pixels of {density[0]}:{density[1]}",) if not unit and density[0] != density[1] else ()
    return image_metadata(image, dpi, xmp=xmp, own=own, left_out=left_out)


def _write(path: Path, samples: Samples, quality: int | None) -> None:
    options = {"quality": 95 if quality is None else quality, "subsampling": 0, **save_options(samples.metadata)}
    if samples.metadata.own:
        options["extra"] = b"".join(segment_bytes(item.name, item.data) for item in samples.metadata.own)
    make_image(samples, bits=False).save(path, "JPEG", **options)


def _fit(metadata: Metadata) -> Fitted:
    kept, names = with_resolution(metadata, lambda dpi: 1 <= round(dpi) < 2**16)
    exif, dropped = reduced_block(kept.exif, _SEGMENT - len(EXIF_MARK))
    names += dropped
    if len(kept.icc) > _PROFILE:
        kept, names = replace(kept, icc=b""), [*names, f"colour profile of {len(kept.icc)} bytes"]
    if len(kept.xmp) + len(_XMP) > _SEGMENT:
        kept, names = replace(kept, xmp=b""), [*names, f"XMP of {len(kept.xmp)} bytes"]
    return replace(kept, exif=exif), names


def missing_of_jpeg(data: mmap) -> str:
    """What of a JPEG file is missing, in words; empty where nothing is."""
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


def _beside(data: mmap) -> tuple[bytes, tuple[Own, ...], tuple[str, ...]]:
    """XMP, what only JPEG holds, and names of what is not carried."""
    xmp, own, left_out = b"", [], []
    for segment in segments(data):
        content = data[segment.start : segment.start + segment.length]
        if not (segment.marker == 0xFE or 0xE0 <= segment.marker <= 0xEF):
            continue
        if content.startswith(_XMP) and not xmp:
            xmp = content.removeprefix(_XMP)
        elif segment.name == "COM" or content.startswith(b"Photoshop 3.0\0"):
            own.append(Own("JPEG", segment.name, content, "segment"))
        elif not content.startswith((EXIF_MARK, b"ICC_PROFILE\0", b"JFIF\0", b"Adobe", _XMP)):
            word = re.match(rb"[\w .:/-]{2,40}", content)
            left_out.append(f"JPEG segment {segment.name}" + (f" ({word[0].decode()})" if word else ""))
    return xmp, tuple(own), tuple(dict.fromkeys(left_out))


def _further_pictures(path: Path, image: Any) -> int:
    """The pictures behind the first one of a JPEG that Pillow opened: previews, or the other views of a camera."""
    if "mp" not in image.info:
        return 0
    from PIL.MpoImagePlugin import MpoImageFile

    try:
        several = MpoImageFile(path)
        with several:
            return several.n_frames - 1
    except Exception:  # a damaged index, of what is left out anyway
        return 1


JPEG = Format(
    "JPEG",
    (".jpg", ".jpeg", ".jpe", ".jfif"),
    lambda head: head.startswith(b"\xff\xd8\xff"),
    _header,
    _read,
    _write,
    Holds(longest=65500, alpha=False, quality=True),  # libjpeg's limit, of 65,535 by the format
    metadata=_metadata,
    fit=_fit,
    transparent=False,
)
