import json
from pathlib import Path

import numpy as np
import pytest

from preimage.files import ImageFile
from tests.blind.kernel.scenes import shapes
from tests.cli.test_app import done, failed


def test_the_kernel_is_drawn_given_back_and_repeated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ImageFile.from_array((shapes(48)[0].numpy() * 255).astype(np.uint8)).write(tmp_path / "photo.png")
    photo, drawn = tmp_path / "photo.png", tmp_path / "photo-deblurred.kernel.png"
    fast = ["--sigma", "1/255", "--steps", "1"]
    done(["restore", "deblur", photo, "--kernel-size", "5", *fast])
    told = capsys.readouterr().out
    assert "the blur was found in the picture" in told
    assert str(drawn) in told
    assert ImageFile.read(drawn).to_array().dtype == np.uint16
    first = ImageFile.read(tmp_path / "photo-deblurred.png").to_array()
    # The errors of the kernel count as noise.
    told = json.loads((tmp_path / "photo-deblurred.json").read_text())["resolved"]["sigma"]
    done(["restore", "deblur", photo, "--kernel", drawn, "-o", tmp_path / "b.png", "--sigma", told, "--steps", "1"])
    assert np.array_equal(ImageFile.read(tmp_path / "b.png").to_array(), first)
    done(["restore", "deblur", "--from-json", tmp_path / "photo-deblurred.json", "-o", tmp_path / "c.png"])
    assert np.array_equal(ImageFile.read(tmp_path / "c.png").to_array(), first)
    assert (tmp_path / "c.kernel.png").read_bytes() == drawn.read_bytes()
    assert json.loads((tmp_path / "c.json").read_text())["settings"]["kernel"] == "auto"


def test_a_drawing_that_exists_is_not_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ImageFile.from_array(np.zeros((9, 9), np.uint8)).write(tmp_path / "a.png")
    (tmp_path / "a-deblurred.kernel.png").write_text("mine")
    failed(capsys, ["restore", "deblur", tmp_path / "a.png"])
    assert (tmp_path / "a-deblurred.kernel.png").read_text() == "mine"
