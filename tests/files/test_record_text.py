from dataclasses import dataclass
from pathlib import Path

import pytest

from preimage.errors import ImageFileError
from preimage.files.record_text import read_record_values, record_text, versions


@dataclass(frozen=True)
class Told:
    name: str
    numbers: tuple[float, ...] = (1.5, 0.1)


@pytest.mark.parametrize("name", ["Größe", "/tmp/photo\udcff.png"])
def test_what_is_written_is_read_again(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.json").write_text(record_text(Told(name)), encoding="utf-8")
    assert read_record_values(tmp_path / "a.json") == {"name": name, "numbers": [1.5, 0.1]}


def test_letters_of_all_languages_stay_readable() -> None:
    assert "Größe" in record_text(Told("Größe"))


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(ImageFileError, match="regular file"):
        read_record_values(tmp_path)
    with pytest.raises(ImageFileError, match="No such file"):
        read_record_values(tmp_path / "none.json")


def test_versions_are_of_what_decides_the_numbers() -> None:
    assert set(versions()) == {"preimage", "torch", "python"}
