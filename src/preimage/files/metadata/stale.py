"""Sizes of pixels in metadata, for a picture of the same scene in more or fewer pixels."""

import re
import struct
from collections.abc import Callable
from fractions import Fraction

from preimage.files.containers.tags import Tag, change_tags, read_tags

__all__ = ["rational", "resized_exif", "resized_xmp"]

Ratio = tuple[Fraction, Fraction]
"""New pixels for each old one, across and down."""
Shape = tuple[int, int, int]
"""(H, W, C) of the new picture as it is stored; C is 0 where the number of channels is the old one."""


def resized_exif(block: bytes, ratio: Ratio, shape: Shape) -> bytes:
    """An EXIF block, or a TIFF file of tags only, with the sizes and resolutions of the new picture.

    Those are the numbers of pixels (Exif 2.32, PixelXDimension and PixelYDimension), pixels per unit of length on paper
    and on the sensor, the size of a pixel on the ground (GeoTIFF), and what microscopes write into the description. A
    damaged block is left as it is.
    """
    try:
        tags, _ = read_tags(block)
        inner = [part for tag in tags for part in tag.parts if tag.code == 34665]
        values = {tag: _value(tag, ratio, shape, _OUTER) for tag in tags if tag.code in _OUTER}
        values |= {tag: _value(tag, ratio, shape, _INNER) for tag in inner if tag.code in _INNER}
        return change_tags(block, {tag: value for tag, value in values.items() if value != tag.data})
    except (ValueError, struct.error):
        return block


def resized_xmp(packet: bytes, ratio: Ratio, shape: Shape) -> bytes:
    """An XMP packet with the sizes and resolutions of the new picture (XMP specification, part 2: TIFF and EXIF)."""
    values: dict[bytes, Callable[[bytes], bytes]] = {
        rb"(?:exif:PixelXDimension|tiff:ImageWidth)": lambda old: b"%d" % shape[1],
        rb"(?:exif:PixelYDimension|tiff:ImageLength)": lambda old: b"%d" % shape[0],
        rb"tiff:XResolution": lambda old: _times(old, ratio[0]),
        rb"tiff:YResolution": lambda old: _times(old, ratio[1]),
    }
    for name, value in values.items():
        for pattern in (rb'(\b%s\s*=\s*["\'])([^"\']*)' % name, rb"(<%s>)([^<]*)" % name):
            packet = re.sub(pattern, lambda found, value=value: found[1] + value(found[2]), packet)
    return packet


def _times(text: bytes, factor: Fraction) -> bytes:
    try:
        value = Fraction(text.decode("ascii").strip()) * factor
    except (ValueError, ZeroDivisionError):
        return text
    return f"{value.numerator}/{value.denominator}".encode()


def _value(tag: Tag, ratio: Ratio, shape: Shape, table: "dict[int, Callable[[Tag, Ratio, Shape], bytes]]") -> bytes:
    return table[tag.code](tag, ratio, shape)


def _rational(tag: Tag, factor: Fraction) -> bytes:
    """Rationals times ``factor``, 0/0 (unknown) where the product does not fit."""
    if tag.kind != 5:
        return tag.data
    return b"".join(
        rational(Fraction(numerator, denominator) * factor if denominator else Fraction(0)) or bytes(8)
        for numerator, denominator in struct.iter_unpack("<II", tag.data)
    )


def rational(value: Fraction) -> bytes:
    """TIFF's rational nearest to ``value`` >= 0; nothing where 32 bits do not hold it."""
    if value >= 2**32:
        return b""
    if max(value.numerator, value.denominator) >= 2**32:
        value = value.limit_denominator(int((2**32 - 1) // (value + 1)))
    return struct.pack("<II", value.numerator, value.denominator)


def _integer(tag: Tag, value: int) -> bytes:
    if tag.count != 1 or tag.kind not in (3, 4) or value >= 2 ** (16 if tag.kind == 3 else 32):
        return tag.data
    return struct.pack("<H" if tag.kind == 3 else "<I", value)


def _reals(tag: Tag, factors: "tuple[Fraction | int, ...]") -> bytes:
    """Doubles times ``factors``, which repeat."""
    if tag.kind != 12:
        return tag.data
    values = struct.unpack(f"<{tag.count}d", tag.data)
    return struct.pack(f"<{tag.count}d", *(v * float(factors[i % len(factors)]) for i, v in enumerate(values)))


def _description(tag: Tag, ratio: Ratio, shape: Shape) -> bytes:
    """The text that OME-TIFF and tifffile write, which tells sizes; ImageJ's is in the resolution."""
    text = re.sub(rb"<(?:\w+:)?Pixels\s[^>]*>", lambda found: _pixels(found[0], ratio, shape), tag.data)
    if text != tag.data:
        return re.sub(rb'(SamplesPerPixel=")\d+', rb"\g<1>%d" % shape[2], text) if shape[2] else text
    return re.sub(rb'^(\{"shape": \[)([\d, ]*)\]', lambda found: found[1] + _listed(found[2], shape) + b"]", text)


def _listed(old: bytes, shape: Shape) -> bytes:
    """The sizes (H, W) or (H, W, C) of tifffile's description."""
    samples = shape[2] or int(old.split(b",")[2] if old.count(b",") == 2 else 1)
    return b"%d, %d" % shape[:2] + (b", %d" % samples if samples > 1 else b"")


def _pixels(element: bytes, ratio: Ratio, shape: Shape) -> bytes:
    """OME's element of the pixels (OME-XML schema, 2016-06)."""
    for name, value in ((b"SizeX", shape[1]), (b"SizeY", shape[0]), (b"SizeC", shape[2])):
        element = re.sub(rb'(\s%s=")\d+' % name, rb"\g<1>%d" % value, element) if value else element
    for name, factor in ((b"PhysicalSizeX", ratio[0]), (b"PhysicalSizeY", ratio[1])):
        element = re.sub(
            rb'(\s%s=")([^"]*)' % name, lambda found, factor=factor: found[1] + _divided(found[2], factor), element
        )
    return element


def _divided(text: bytes, factor: Fraction) -> bytes:
    try:
        return repr(float(text) / float(factor)).encode()
    except ValueError:
        return text


def _transformed(tag: Tag, ratio: Ratio, shape: Shape) -> bytes:
    """GeoTIFF 1.1, ModelTransformation: a matrix, row by row, whose first columns are steps of one pixel."""
    return _reals(tag, (1 / ratio[0], 1 / ratio[1], 1, 1))


_OUTER: "dict[int, Callable[[Tag, Ratio, Shape], bytes]]" = {
    270: _description,
    282: lambda tag, ratio, shape: _rational(tag, ratio[0]),
    283: lambda tag, ratio, shape: _rational(tag, ratio[1]),
    33550: lambda tag, ratio, shape: _reals(tag, (1 / ratio[0], 1 / ratio[1], 1)),  # GeoTIFF: size of a pixel
    33922: lambda tag, ratio, shape: _reals(tag, (ratio[0], ratio[1], 1, 1, 1, 1)),  # GeoTIFF: pixel, then place
    34264: _transformed,
}
_INNER: "dict[int, Callable[[Tag, Ratio, Shape], bytes]]" = {
    40962: lambda tag, ratio, shape: _integer(tag, shape[1]),
    40963: lambda tag, ratio, shape: _integer(tag, shape[0]),
    41486: lambda tag, ratio, shape: _rational(tag, ratio[0]),
    41487: lambda tag, ratio, shape: _rational(tag, ratio[1]),
}
