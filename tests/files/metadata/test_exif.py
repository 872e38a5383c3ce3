import struct

from preimage.files.containers.tags import Tag, block_of, read_tags
from preimage.files.metadata.exif import is_block, reduced_block, without_maker_notes

MAKER = Tag(37500, 7, 300, bytes(300))
EXPOSURE = Tag(33434, 5, 1, struct.pack("<II", 1, 60))
CAMERA, TURN = Tag(271, 2, 8, b"Company\0"), Tag(274, 3, 1, b"\6\0")
TEXT = Tag(270, 2, 2000, b"x" * 1999 + b"\0")


def codes(block: bytes) -> dict[int, list[int]]:
    return {tag.code: [part.code for part in tag.parts] for tag in read_tags(block)[0]}


def test_what_can_be_read_is_a_block_and_so_is_none() -> None:
    assert is_block(b"")
    assert is_block(block_of([CAMERA]))
    assert not is_block(b"II*\0\xff\xff\0\0")
    assert not is_block(b"some text")


def test_notes_of_the_maker_go_and_a_directory_of_nothing_else_with_them() -> None:
    kept, names = without_maker_notes([CAMERA, Tag(34665, 4, 1, b"", (EXPOSURE, MAKER))])
    assert [(tag.code, [part.code for part in tag.parts]) for tag in kept] == [(271, []), (34665, [33434])]
    assert names == ("the camera maker's notes",)
    kept, names = without_maker_notes([CAMERA, Tag(34665, 4, 1, b"", (MAKER,))])
    assert [tag.code for tag in kept] == [271]
    assert without_maker_notes([CAMERA]) == ([CAMERA], ())


def test_a_block_that_fits_stays_as_it_is() -> None:
    block = block_of([CAMERA, TURN, TEXT])
    assert reduced_block(block, len(block)) == (block, [])


def test_the_longest_values_go_first_and_the_orientation_never() -> None:
    block = block_of([CAMERA, TURN, TEXT, Tag(34665, 4, 1, b"", (EXPOSURE, MAKER))])
    small, notes = reduced_block(block, 1000)
    assert codes(small) == {271: [], 274: [], 34665: [33434]}
    (note,) = notes
    assert note.startswith(f"of {len(block)} bytes of EXIF its preview, the camera maker's notes, tag 270")
    tiny, _ = reduced_block(block, 30)
    assert codes(tiny) == {274: []}
    assert len(tiny) <= 30
