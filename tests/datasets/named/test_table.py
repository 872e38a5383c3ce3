import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from preimage.datasets import NAMED_SETS, open_set
from preimage.errors import ArgumentError, ImageFileError
from tests.data import DATA, needs_data


def make(folder: Path, count: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        Image.fromarray(np.full((2, 3, 3), number, np.uint8)).save(folder / f"{number}.png")


def test_a_copy_is_found_by_the_folders_of_its_archive(tmp_path: Path) -> None:
    make(tmp_path / "Set14_HR", 14)
    pictures = open_set("set14", tmp_path, channels=1)
    assert len(pictures) == 14
    assert pictures[13].x.shape == (1, 2, 3)
    assert len(open_set("Set14", tmp_path / "Set14_HR")) == 14


def test_what_is_missing_is_told_with_where_to_get_it(tmp_path: Path) -> None:
    make(tmp_path / "Set14_HR", 13)
    with pytest.raises(
        ImageFileError, match=r"14 pictures of Set14, got 13 in Set14_HR, 0 in Set14, 0 in \."
    ) as caught:
        open_set("Set14", tmp_path)
    assert "https://" in str(caught.value)
    assert "Nothing is downloaded" in str(caught.value)
    with pytest.raises(ArgumentError, match="one of DIV2K-train"):
        open_set("ImageNet", tmp_path)


def test_known_copies_are_told_by_their_digest(tmp_path: Path) -> None:
    (row,) = (row for row in NAMED_SETS if row.name == "Set14")
    make(tmp_path / "Set14", 14)
    assert row.check(tmp_path) is False
    make(tmp_path / "Set14_HR", 14)
    with pytest.raises(ImageFileError, match=row.digests["Set14_HR"]):
        row.check(tmp_path)
    names = sorted(f"{number}.png" for number in range(14))
    parts = [hashlib.md5((tmp_path / "Set14_HR" / name).read_bytes()).hexdigest() for name in names]
    whole = hashlib.md5("".join(parts).encode()).hexdigest()
    assert replace(row, digests={"Set14_HR": whole}).check(tmp_path) is True


def test_names_and_addresses() -> None:
    names = [row.name for row in NAMED_SETS]
    assert {"DIV2K-train", "Urban100", "Set14", "CBSD68", "CBSD400", "Set12", "Kodak24"} <= set(names)
    assert len({name.lower() for name in names}) == len(names)
    assert all(row.where.startswith("https://") for row in NAMED_SETS)


@needs_data
@pytest.mark.parametrize(
    ("name", "place"),
    [("Set12", "test"), ("Set14", "test"), ("Kodak24", "test"), ("CBSD68", "test"), ("CBSD400", "train")],
)
def test_real_copies_are_found(name: str, place: str) -> None:
    assert open_set(name, DATA / place, None)[0].x is not None
