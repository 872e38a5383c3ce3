import struct
from fractions import Fraction

from preimage.files.containers.tags import Tag, block_of, read_tags
from preimage.files.metadata.stale import rational, resized_exif, resized_xmp

RATIO = (Fraction(2), Fraction(3))  # twice as wide, three times as high
SHAPE = (30, 20, 0)


def after(*tags: Tag, shape: tuple[int, int, int] = SHAPE) -> dict[int, Tag]:
    found = read_tags(resized_exif(block_of(tags), RATIO, shape))[0]
    return {tag.code: tag for outer in found for tag in (outer, *outer.parts)}


def test_resolutions_grow_and_numbers_of_pixels_are_the_new_ones() -> None:
    inner = (
        Tag(40962, 3, 1, struct.pack("<H", 10)), Tag(40963, 4, 1, struct.pack("<I", 10)),
        Tag(41486, 5, 1, struct.pack("<II", 1000, 3)),
    )  # fmt: skip
    found = after(
        Tag(282, 5, 1, struct.pack("<II", 300, 1)), Tag(283, 5, 1, struct.pack("<II", 300, 7)),
        Tag(34665, 4, 1, b"", inner),
    )  # fmt: skip
    assert found[282].numbers() == (600,)
    assert found[283].numbers() == (900 / 7,)
    assert (found[40962].numbers(), found[40963].numbers()) == ((20,), (30,))
    assert found[41486].numbers() == (2000 / 3,)


def test_pixels_on_the_ground_shrink() -> None:
    """GeoTIFF 1.1: ModelPixelScale and ModelTiepoint, by which pixel (i, j) lies at (x + i sx, y - j sy)."""
    found = after(
        Tag(33550, 12, 3, struct.pack("<3d", 10.0, 12.0, 0.0)),
        Tag(33922, 12, 6, struct.pack("<6d", 4, 5, 0, 1000, 2000, 0)),
    )
    scale, tie = found[33550].numbers(), found[33922].numbers()
    assert scale == (5.0, 4.0, 0.0)
    assert tie == (8, 15, 0, 1000, 2000, 0)
    assert (tie[0] * scale[0], tie[1] * scale[1]) == (40, 60)  # the corner stays where it was


def test_descriptions_of_microscopes() -> None:
    old = b'<OME><Pixels SizeX="10" SizeY="10" SizeC="1" PhysicalSizeX="0.5" PhysicalSizeY="1.5"/></OME>\0'
    text = after(Tag(270, 2, len(old), old))[270].data
    assert text == b'<OME><Pixels SizeX="20" SizeY="30" SizeC="1" PhysicalSizeX="0.25" PhysicalSizeY="0.5"/></OME>\0'
    listed = b'{"shape": [10, 10, 3]}\0'
    assert after(Tag(270, 2, len(listed), listed))[270].data == b'{"shape": [30, 20, 3]}\0'
    grey = after(Tag(270, 2, len(listed), listed), shape=(30, 20, 1))[270].data
    assert grey == b'{"shape": [30, 20]}\0'


def test_packets_of_xmp_in_both_notations() -> None:
    packet = b'<x tiff:XResolution="300/1" exif:PixelXDimension = "10"><tiff:ImageLength>10</tiff:ImageLength>text</x>'
    wanted = b'<x tiff:XResolution="600/1" exif:PixelXDimension = "20"><tiff:ImageLength>30</tiff:ImageLength>text</x>'
    assert resized_xmp(packet, RATIO, SHAPE) == wanted
    assert resized_xmp(b'<x tiff:XResolution="unknown"/>', RATIO, SHAPE) == b'<x tiff:XResolution="unknown"/>'


def test_what_cannot_be_read_is_left() -> None:
    assert resized_exif(b"no block", RATIO, SHAPE) == b"no block"


def test_rationals_of_32_bits() -> None:
    assert rational(Fraction(3, 7)) == struct.pack("<II", 3, 7)
    a, b = struct.unpack("<II", rational(Fraction(2**33 + 1, 2**33)))
    assert abs(Fraction(a, b) - 1) < Fraction(1, 2**31)
    assert rational(Fraction(2**32)) == b""
    huge = after(Tag(282, 5, 1, struct.pack("<II", 2**32 - 1, 1)))
    assert huge[282].data == bytes(8)  # 0/0, unknown
