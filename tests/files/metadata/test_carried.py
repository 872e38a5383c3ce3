import struct

from preimage.files.containers.tags import Tag, block_of, read_tags
from preimage.files.metadata.carried import Metadata, Own

EXIF = block_of([Tag(282, 5, 1, struct.pack("<II", 300, 1)), Tag(283, 5, 1, struct.pack("<II", 300, 1))])


def resolutions(block: bytes) -> list[float]:
    return [tag.numbers()[0] for tag in read_tags(block)[0]]


def test_twice_as_wide_and_three_times_as_high() -> None:
    own = (
        Own("TIFF", "33550", block_of([Tag(33550, 12, 2, struct.pack("<2d", 6, 6))]), "tag"),
        Own("PNG", "gAMA", b"x"),
    )
    old = Metadata(EXIF, b"profile", (100.0, 100.0), b'<x tiff:ImageWidth="10"/>', own)
    new = old.resized((3, 10, 10), (3, 30, 20))
    assert new.dpi == (200.0, 300.0)
    assert resolutions(new.exif) == [600, 900]
    assert new.xmp == b'<x tiff:ImageWidth="20"/>'
    assert read_tags(new.own[0].data)[0][0].numbers() == (3, 2)
    assert (new.own[1], new.icc) == (own[1], b"profile")
    assert old.dpi == (100.0, 100.0)


def test_rows_of_a_turned_file_are_columns_of_the_picture() -> None:
    new = Metadata(EXIF, dpi=(100.0, 100.0), xmp=b'<x tiff:ImageWidth="10"/>').resized((3, 10, 10), (3, 30, 20), True)
    assert new.dpi == (300.0, 200.0)
    assert resolutions(new.exif) == [900, 600]
    assert new.xmp == b'<x tiff:ImageWidth="30"/>'


def test_the_same_size_changes_nothing() -> None:
    old = Metadata(EXIF, dpi=(100.0, 100.0))
    assert old.resized((3, 10, 10), (3, 10, 10)) is old


def test_a_profile_that_does_not_fit_is_named() -> None:
    assert Metadata(icc=b"grey", left_out=("a",)).without_profile() == Metadata(
        left_out=("a", "colour profile of grey")
    )
    assert Metadata(dpi=(1.0, 1.0)).without_profile() == Metadata(dpi=(1.0, 1.0))


def test_what_is_own_has_a_title() -> None:
    assert Own("PNG", "gAMA", b"").title == "PNG chunk gAMA"
    assert Own("TIFF", "33550", b"", "tag").title == "TIFF tag 33550"
