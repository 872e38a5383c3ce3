from pathlib import Path

from preimage.files.formats.table import (
    FORMATS,
    array_formats,
    by_content,
    by_suffix,
    picture_formats,
    suffixes,
    titles,
)


def test_every_suffix_belongs_to_one_format() -> None:
    every = [suffix for format in FORMATS for suffix in format.suffixes]
    assert len(every) == len(set(every))
    for format in FORMATS:
        for suffix in format.suffixes:
            assert by_suffix(Path(f"a{suffix.upper()}")) is format
    assert by_suffix(Path("a.txt")) is None


def test_pictures_and_arrays_are_all() -> None:
    assert {*picture_formats(), *array_formats()} == set(FORMATS)
    assert ".png" in suffixes()
    assert ".npy" not in suffixes()
    assert suffixes(array_formats()) == sorted(s for format in array_formats() for s in format.suffixes)


def test_formats_are_told_by_their_first_bytes() -> None:
    png, jpeg = by_suffix(Path("a.png")), by_suffix(Path("a.jpg"))
    assert by_content(b"\x89PNG\r\n\x1a\n" + bytes(24)) is png
    assert by_content(b"\xff\xd8\xff" + bytes(29)) is jpeg
    assert by_content(bytes(32)) is None


def test_titles_are_a_list_in_words() -> None:
    formats = picture_formats()
    names = [format.title or format.name for format in formats]
    assert titles(last="and") == ", ".join(names[:-1]) + " and " + names[-1]
    assert titles(formats[:1]) == names[0]
