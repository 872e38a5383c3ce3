import io
import struct

import numpy as np
import pytest
import tifffile
from PIL import Image

from preimage.files.containers.tags import Tag, block_of, change_tags, directories, directory_bytes, read_tags

GPS = Tag(34853, 4, 1, b"", (Tag(0, 1, 4, b"\2\3\0\0"), Tag(2, 5, 3, struct.pack("<6I", 48, 1, 8, 1, 99, 10))))
TAGS = [
    Tag(271, 2, 7, b"Camera\0"),
    Tag(274, 3, 1, struct.pack("<H", 6)),
    Tag(282, 5, 1, struct.pack("<II", 300, 7)),
    Tag(33550, 12, 3, struct.pack("<3d", 0.5, 1.5, -2.5)),
    GPS,
]


def bare(tag: Tag) -> tuple[object, ...]:
    """A tag without its place."""
    return tag.code, tag.kind, tag.count, tag.data, tuple(map(bare, tag.parts))


def test_what_is_written_is_read_back() -> None:
    found, damaged = read_tags(block_of(TAGS))
    assert [bare(tag) for tag in found] == [bare(tag) for tag in sorted(TAGS, key=lambda tag: tag.code)]
    assert damaged == ()


def test_pillow_reads_a_block() -> None:
    exif = Image.Exif()
    exif.load(block_of(TAGS))
    assert exif[271] == "Camera"
    assert exif[274] == 6
    assert float(exif[282]) == pytest.approx(300 / 7)
    assert [float(part) for part in exif.get_ifd(34853)[2]] == [48.0, 8.0, 9.9]


@pytest.mark.parametrize(("big", "order"), [(False, "<"), (False, ">"), (True, "<"), (True, ">")])
def test_tags_that_tifffile_wrote_in_either_order_of_bytes(big: bool, order: str) -> None:
    file = io.BytesIO()
    extra = [(33550, 12, 3, (0.5, 1.5, -2.5), False), (65000, 3, 2, (258, 3), False)]
    with tifffile.TiffWriter(file, bigtiff=big, byteorder=order) as writer:  # pyright: ignore
        for side in (5, 6):
            writer.write(np.zeros((4, side), np.uint8), resolution=(300, 200), extratags=extra, metadata=None)  # pyright: ignore
    pages = directories(file.getvalue())
    assert len(pages) == 2
    for (tags, damaged), side in zip(pages, (5, 6), strict=True):
        numbers = {tag.code: tag.numbers() for tag in tags}
        assert numbers[256] == (side,)
        assert numbers[33550] == (0.5, 1.5, -2.5)
        assert numbers[65000] == (258, 3)
        assert numbers[282] == (300.0,)
        assert damaged == ()
    assert len(read_tags(file.getvalue())[0]) == len(pages[0][0])


def test_numbers_of_every_type() -> None:
    assert Tag(1, 9, 2, struct.pack("<2i", -3, 4)).numbers() == (-3, 4)
    assert Tag(1, 16, 1, struct.pack("<Q", 2**40)).numbers() == (2**40,)
    assert Tag(1, 10, 2, struct.pack("<4i", -1, 2, 1, 0)).numbers() == (-0.5, 0.0)  # 1/0 is unknown
    assert Tag(1, 1, 2, b"\1\2").numbers() == (1, 2)
    assert Tag(1, 2, 2, b"a\0").numbers() == ()


def test_values_that_lie_outside_are_damaged_and_the_others_are_there() -> None:
    block = bytearray(block_of(TAGS))
    tags, _ = read_tags(bytes(block))
    place = next(tag for tag in tags if tag.code == 33550).entry
    struct.pack_into("<I", block, place + 8, 10**6)
    found, damaged = read_tags(bytes(block))
    assert damaged == (33550,)
    assert [tag.code for tag in found] == [271, 274, 282, 34853]


def test_directories_that_point_to_each_other_end() -> None:
    block = bytearray(block_of(TAGS))
    first = struct.unpack_from("<I", block, 4)[0]
    struct.pack_into("<I", block, first + 2 + 12 * len(TAGS), first)
    assert len(directories(bytes(block))) == 1
    (inner,) = [tag for tag in read_tags(bytes(block))[0] if tag.parts]
    struct.pack_into("<I", block, inner.start, first)
    assert read_tags(bytes(block))[1] == (34853,)


@pytest.mark.parametrize("data", [b"", b"II*\0", b"XX*\0\0\0\0\10", b"II\0\0\10\0\0\0", b"II*\0\xff\xff\0\0"])
def test_what_is_no_tiff_file(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"does not begin like a TIFF file|is missing"):
        read_tags(data)


def test_values_change_in_their_place_or_are_appended() -> None:
    block = block_of(TAGS)
    tags = {tag.code: tag for tag in read_tags(block)[0]}
    same = change_tags(block, {tags[274]: struct.pack("<H", 1)})
    assert len(same) == len(block)
    longer = change_tags(block, {tags[271]: b"A longer name\0", tags[282]: struct.pack("<II", 72, 1)})
    found = {tag.code: tag.data for tag in read_tags(longer)[0]}
    assert found[271] == b"A longer name\0"
    assert found[282] == struct.pack("<II", 72, 1)
    assert found[33550] == tags[33550].data
    assert {tag.code: tag.data for tag in read_tags(same)[0]}[274] == b"\1\0"


def test_directories_begin_at_even_places() -> None:
    for place in (8, 9):
        body, at = directory_bytes(TAGS, place)
        assert at % 2 == 0
        assert struct.unpack_from("<H", body, at - place)[0] == len(TAGS)
