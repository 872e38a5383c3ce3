from pathlib import Path

import pytest

from preimage.datasets.paths import files_of, natural_key
from preimage.errors import ImageFileError


def test_numbers_are_in_their_order(tmp_path: Path) -> None:
    for name in ("a10.png", "a2.png", "a1.PNG", "b.png", ".hidden.png", "a3.txt"):
        (tmp_path / name).touch()
    (tmp_path / "folder.png").mkdir()
    assert [path.name for path in files_of(tmp_path, [".png"])] == ["a1.PNG", "a2.png", "a10.png", "b.png"]
    assert sorted([Path("2"), Path("a"), Path("10")], key=natural_key) == [Path("a"), Path("2"), Path("10")]


def test_a_pattern_looks_deeper(tmp_path: Path) -> None:
    (tmp_path / "10").mkdir()
    (tmp_path / "9").mkdir()
    (tmp_path / "10" / "a.nii.gz").touch()
    (tmp_path / "9" / "b.nii.gz").touch()
    assert [path.name for path in files_of(tmp_path, [".nii.gz"], "**/*")] == ["b.nii.gz", "a.nii.gz"]
    with pytest.raises(ImageFileError, match=r"got none in .*\*\*/\*"):
        files_of(tmp_path, [".nii.gz"])
    with pytest.raises(ImageFileError, match="which is none"):
        files_of(tmp_path / "nowhere", [".png"])
