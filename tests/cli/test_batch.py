import numpy as np
import pytest
from PIL import Image

from preimage.cli.app import run
from preimage.restore import ImageFile

pytestmark = pytest.mark.usefixtures("tiny")


@pytest.mark.parametrize("compare", ["out.png", "photo.png", "out.json"])
def test_what_is_written_has_files_of_its_own(photograph, compare, capsys, monkeypatch):
    monkeypatch.chdir(photograph.parent)
    before = photograph.read_bytes()
    code = run(["restore", "denoise", "photo.png", "-o", "out.png", "--compare", compare, "--overwrite"])
    assert code == 2
    assert "files of their own" in capsys.readouterr().err
    assert photograph.read_bytes() == before
    assert not (photograph.parent / "out.png").exists()


def test_before_is_the_input_that_the_output_replaces(tmp_path, photograph):
    before = np.asarray(Image.open(photograph))
    command = ["restore", "denoise", str(photograph), "-o", str(photograph), "--overwrite", "--sigma", "20/255"]
    assert run([*command, "--compare", str(tmp_path / "both.png")]) == 0
    after = np.asarray(Image.open(photograph))
    both = np.asarray(Image.open(tmp_path / "both.png"))
    height, width = before.shape[:2]
    assert np.array_equal(both[-height:, :width], before)
    assert np.array_equal(both[-height:, -width:], after)
    assert not np.array_equal(before, after)


def test_any_error_is_that_of_one_file(photograph, tmp_path, monkeypatch, capsys):
    folder = tmp_path / "all"
    folder.mkdir()
    for name in ("a.png", "b.png", "c.png"):
        (folder / name).write_bytes(photograph.read_bytes())
    write = ImageFile.write

    def failing(self, path, overwrite=False):
        if path.name == "b.png":
            raise ZeroDivisionError("of a library")
        return write(self, path, overwrite)

    monkeypatch.setattr(ImageFile, "write", failing)
    assert run(["restore", "denoise", str(folder), "-o", str(tmp_path / "out")]) == 1
    assert {path.name for path in (tmp_path / "out").glob("*.png")} == {"a.png", "c.png"}
    assert "of a library" in capsys.readouterr().out
