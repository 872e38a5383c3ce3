from pathlib import Path

import pytest

from preimage.cli.inputs import Source, find
from preimage.errors import ImageFileError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    for name in ("a.png", "b.JPG", "notes.txt", ".hidden.png", "deep/c.tif"):
        (tmp_path / "in" / name).touch()
    return tmp_path / "in"


def names(*inputs: object, **options: object) -> list[str]:
    return [source.relative.as_posix() for source in find([str(text) for text in inputs], **options).sources]  # pyright: ignore


def test_files_folders_and_patterns(folder: Path) -> None:
    assert names(folder / "a.png") == ["a.png"]
    assert names(folder) == ["a.png", "b.JPG"]
    assert names(folder, recursive=True) == ["a.png", "b.JPG", "deep/c.tif"]
    assert names(folder, recursive=True, leave_out=folder / "deep") == ["a.png", "b.JPG"]
    assert names(f"{folder}/*.[pJ]*") == ["a.png", "b.JPG"]
    assert names(f"{folder}/**/*.tif") == ["c.tif"]


def test_one_file_is_not_several(folder: Path) -> None:
    one = find([str(folder / "a.png")])
    assert (one.several, one.sources) == (False, (Source(folder / "a.png"),))
    for inputs in ([str(folder)], [f"{folder}/a*"], 2 * [str(folder / "a.png")]):
        assert find(inputs).several
    assert find([f"{folder}/a*"]).sources[0].is_matched


def test_what_is_no_picture_is_passed_over(folder: Path) -> None:
    assert [path.name for path in find([str(folder)]).passed_over] == ["deep", "notes.txt"]
    (folder / "[1].png").touch()
    assert names(folder / "[1].png") == ["[1].png"]  # a name, although it looks like a pattern


def test_nothing_to_read(folder: Path) -> None:
    with pytest.raises(ImageFileError, match="must be a file that exists"):
        find([str(folder / "none.png")])
    with pytest.raises(ImageFileError, match=r"got none in .*\.bmp"):
        find([f"{folder}/*.bmp"])
    with pytest.raises(ImageFileError, match="look into folders inside with --recursive"):
        find([str(folder.parent)])
