from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from preimage.cli.app import run


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A smooth picture with white noise, compressed by JPEG and cropped."""
    rng = np.random.default_rng(0)
    rows, columns = np.mgrid[:160, :176]
    clean = 100 + 30 * np.sin(rows / 30)[..., None] + 20 * np.cos(columns / 25)[..., None] + np.array([10, 0, -10])
    file = tmp_path / "a.jpg"
    Image.fromarray(np.uint8(clean + 9 * rng.standard_normal((160, 176, 3)))).save(file, quality=60)
    target = tmp_path / "b.png"
    with Image.open(file) as image:
        image.crop((3, 5, 176, 160)).save(target)
    return target


def test_it_tells_noise_jpeg_and_enlarging(picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", str(picture)]) == 0
    told = capsys.readouterr().out
    assert "b.png: 173x155, colour" in told
    assert "JPEG       quality about 60, cropped since: its blocks begin at row 3, column 5" in told
    assert "enlarged   no traces" in told
    assert told.count("/255") >= 1


def test_the_drawing_lies_beside_the_picture_and_replaces_nothing(picture: Path) -> None:
    pytest.importorskip("matplotlib")
    assert run(["inspect", str(picture), "--plot"]) == 0
    drawing = picture.with_name("b.noise.png")
    with Image.open(drawing) as image:
        assert image.format == "PNG"
    assert run(["inspect", str(picture), "--plot"]) == 2
    assert run(["inspect", str(picture), "--plot", "--overwrite"]) == 0


def test_a_file_that_is_no_picture_is_refused(tmp_path: Path) -> None:
    assert run(["inspect", str(tmp_path / "none.png")]) == 2
