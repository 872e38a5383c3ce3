import os
import sys
from pathlib import Path

import pytest

from preimage.errors import ImageFileError
from preimage.files.formats.checks import check_size, check_whole, damage_error, first_bytes, map_bytes


def test_the_first_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(bytes(range(256)) * 3)
    assert first_bytes(path) == bytes(range(256)) * 2
    path.write_bytes(b"short")
    assert first_bytes(path) == b"short"
    with map_bytes(path) as data:
        assert data[1:3] == b"ho"


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    for path, message in (
        (tmp_path / "none", "must be a file that exists"),
        (tmp_path, "must be a file, got the folder"),
        (empty, "which is empty"),
    ):
        with pytest.raises(ImageFileError, match=message):
            first_bytes(path)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes with names")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ImageFileError, match="a pipe or device; copy it to a file"):
        first_bytes(tmp_path / "pipe")


def test_a_file_is_whole_where_nothing_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"header")
    check_whole(path, lambda data: "")
    with pytest.raises(ImageFileError, match=r"truncated or damaged \(3 of 5 rows are missing\)"):
        check_whole(path, lambda data: "3 of 5 rows are missing")
    with pytest.raises(ImageFileError, match="its header is cut off"):
        check_whole(path, lambda data: str(data[100]))


def test_pictures_that_memory_does_not_hold(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    check_size(path, 640, 480)
    with pytest.raises(ImageFileError, match="of size 0x5"):
        check_size(path, 0, 5)
    with pytest.raises(ImageFileError, match=r"needs about .* where .* are free"):
        check_size(path, 10**7, 10**7)
    check_size(path, 1000, 1000, budget=16_000_000)  # 15 bytes a pixel
    with pytest.raises(ImageFileError, match=r"must fit in `memory`.*as it is read"):
        check_size(path, 1000, 1000, budget=14_000_000)


def test_reasons_are_one_short_line() -> None:
    told = str(damage_error(Path("a.png"), ValueError("first\n  second. " + 200 * "x")))
    assert "(first second. xxx" in told
    assert len(told) < 250
    assert "(EOFError)" in str(damage_error(Path("a.png"), EOFError()))
