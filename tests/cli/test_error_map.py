from pathlib import Path

import numpy as np
import pytest

from preimage.files import ImageFile
from tests.cli.test_app import done, failed


def test_it_lies_beside_the_result(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "noisy"
    folder.mkdir()
    shapes = {"a.png": (21, 17, 1), "b.tif": (16, 18, 3)}
    for name, shape in shapes.items():
        ImageFile.from_array(np.random.default_rng(0).integers(0, 256, shape, np.uint8)).write(folder / name)
    done(["restore", "denoise", folder, "-o", tmp_path / "out", "--sigma", "25/255", "--error-map"])
    for name, shape in shapes.items():
        widths = ImageFile.read(tmp_path / "out" / f"{Path(name).stem}-error.tif").to_array()
        assert widths.shape == shape
        assert widths.dtype == np.float32
        assert 0 < widths.min() <= widths.max() <= 1
        assert (tmp_path / "out" / f"{Path(name).stem}-error.png").exists()
    assert "error map" in capsys.readouterr().out


def test_a_file_that_exists_is_not_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ImageFile.from_array(np.zeros((9, 9), np.uint8)).write(tmp_path / "a.png")
    (tmp_path / "a-denoised-error.tif").write_text("mine")
    failed(capsys, ["restore", "denoise", tmp_path / "a.png", "--sigma", "25/255", "--error-map"])
    assert (tmp_path / "a-denoised-error.tif").read_text() == "mine"
