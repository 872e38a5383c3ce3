from pathlib import Path

import numpy as np
import pytest

from preimage.files import ImageFile, read
from tests.cli.test_app import done, failed


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    ramp = np.linspace(100, 150, 18) + np.random.default_rng(0).normal(0, 3, (20, 18))
    ImageFile.from_array(np.stack([ramp, ramp - 9, ramp + 9], 2).round().astype(np.uint8)).write(tmp_path / "a.png")
    return tmp_path / "a.png"


def test_samples_lie_beside_their_mean_and_a_record_repeats_them(
    picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = picture.parent
    command = ["restore", "deblur", picture, "--kernel", "gaussian:1", "--sigma", "3/255", "--steps", "3"]
    done([*command, "--samples", "2", "--seed", "5", "-o", folder / "x.tif"])
    told = capsys.readouterr().out
    assert "x.tif: deblur by posterior" in told
    assert f"2 samples {folder / 'x-samples.tif'}" in told
    pages, mean = read(folder / "x-samples.tif").values, ImageFile.read(folder / "x.tif").to_array()
    assert pages.shape == (2, 20, 18, 3)
    assert pages.dtype == mean.dtype == np.uint8
    inside = ((pages > 0) & (pages < 255)).all(0)  # what is darker or brighter than the file can tell is clipped in it
    assert inside.mean() > 0.5
    assert np.abs(pages.astype(float).mean(0) - mean)[inside].max() <= 1  # rounded
    assert bool((pages[0] != pages[1]).any())
    done(["restore", "deblur", "--from-json", folder / "x.json", "-o", folder / "again.tif"])
    assert np.array_equal(read(folder / "again-samples.tif").values, pages)
    assert np.array_equal(ImageFile.read(folder / "again.tif").to_array(), mean)


def test_what_they_cost_is_said_before(picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done(["restore", "denoise", picture, "--sigma", "9/255", "--samples", "200", "--dry-run"])
    told = capsys.readouterr().out
    assert "about" in told
    assert "of memory" in told
    assert [path.name for path in picture.parent.iterdir()] == ["a.png"]


def test_a_file_that_exists_is_not_replaced(picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (picture.parent / "a-denoised-samples.tif").write_text("mine")
    failed(capsys, ["restore", "denoise", picture, "--sigma", "9/255", "--samples", "2"])
    assert (picture.parent / "a-denoised-samples.tif").read_text() == "mine"
