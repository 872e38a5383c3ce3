from pathlib import Path

import pytest

from preimage.errors import ImageFileError
from preimage.evaluate.pairs import find_pairs, list_pictures


def paths(folder: str, *names: str) -> list[Path]:
    return [Path(folder) / name for name in names]


def test_the_same_name_then_the_longest_that_it_goes_on_from() -> None:
    results = paths("out", "cat.jpg", "Dog_denoised.tif", "dog_2_x4.png", "owl.restored.png", "fox.png", "catfish.png")
    references = paths("clean", "cat.png", "dog.png", "dog_2.png", "fox_clean.png", "owl.png", "bee.png")
    found = find_pairs(results, references)
    assert [(a.name, b.name) for a, b in found.pairs if b is not None] == [
        ("cat.jpg", "cat.png"),
        ("Dog_denoised.tif", "dog.png"),
        ("dog_2_x4.png", "dog_2.png"),
        ("owl.restored.png", "owl.png"),
        ("fox.png", "fox_clean.png"),
    ]
    assert [path.name for path in found.lone_results] == ["catfish.png"]
    assert [path.name for path in found.lone_references] == ["bee.png"]


def test_what_fits_several_references_fits_none() -> None:
    assert not find_pairs(paths("out", "a.png", "b.png"), paths("clean", "a_1.png", "a_2.png")).pairs
    assert not find_pairs(paths("out", "a.png", "b.png"), paths("clean", "a.png", "a.tif")).pairs


def test_one_and_one_are_a_pair() -> None:
    assert find_pairs(paths("out", "a.png"), paths("clean", "b.png")).pairs == (
        (Path("out/a.png"), Path("clean/b.png")),
    )


def test_a_folder_holds_what_ends_like_a_picture_or_an_array(tmp_path: Path) -> None:
    for name in ("b.png", "a.npy", "notes.txt", ".hidden.png"):
        (tmp_path / name).touch()
    (tmp_path / "folder.png").mkdir()
    assert [path.name for path in list_pictures(tmp_path, "results")] == ["a.npy", "b.png"]
    assert list_pictures(tmp_path / "notes.txt", "results") == [tmp_path / "notes.txt"]
    with pytest.raises(ImageFileError, match="`results` must be a file or a folder"):
        list_pictures(tmp_path / "nothing", "results")
    with pytest.raises(ImageFileError, match="`reference` must hold pictures"):
        list_pictures(tmp_path / "folder.png", "reference")
