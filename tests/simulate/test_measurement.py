from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from preimage.errors import ArgumentError, ImageFileError, ShapeError
from preimage.physics import Blur, GaussianNoise
from preimage.restore import read_kernel
from preimage.simulate import sample_picture, simulate, simulate_again

X = sample_picture(20, 26)
BLUR = {"kernel": "gaussian:1.5"}


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    Image.fromarray((X.permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)).save(tmp_path / "a.png")
    return tmp_path / "a.png"


def test_it_is_the_physics_and_the_noise(photo: Path) -> None:
    made = simulate(photo, "blur", "gaussian:0.02", BLUR, seed=3)
    x = torch.from_numpy(np.array(Image.open(photo))).permute(2, 0, 1)[None] / 255
    blur = Blur(read_kernel("gaussian:1.5"), "reflect", noise=GaussianNoise(0.02))
    torch.testing.assert_close(made.y[None], blur(x, torch.Generator().manual_seed(3)))
    assert made.record.settings == {"kernel": "gaussian:1.5", "padding": "reflect"}
    assert abs((made.y[None] - blur.A(x)).std().item() / 0.02 - 1) < 0.1


def test_a_record_repeats_it_to_the_bit(photo: Path) -> None:
    made = simulate(photo, "inpainting", "poisson:0.01", {"mask": "random:0.3"}, seed=7)
    again = simulate_again(made.record)
    assert torch.equal(again.y, made.y)
    assert again.record == made.record
    assert not torch.equal(simulate(photo, "inpainting", "poisson:0.01", {"mask": "random:0.3"}, seed=8).y, made.y)
    older = replace(made.record, versions={**made.record.versions, "torch": "1.0"})
    assert simulate_again(older).record.notes[-1].startswith("bits may differ: torch 1.0 then")


def test_files_that_it_names_must_be_those_of_then(photo: Path) -> None:
    kernel = photo.with_name("k.npy")
    np.save(kernel, np.ones((3, 3)))
    made = simulate(photo, "blur", "none", {"kernel": str(kernel)})
    assert list(made.record.files) == ["kernel"]
    np.save(kernel, np.eye(3))
    with pytest.raises(ArgumentError, match="`kernel` must be the recorded file"):
        simulate_again(made.record)
    Image.fromarray(np.zeros((4, 4), np.uint8)).save(photo)
    with pytest.raises(ArgumentError, match="`image` must be the recorded file"):
        simulate_again(made.record)
    with pytest.raises(ArgumentError, match="the record is of a tensor"):
        simulate_again(simulate(X, "denoising").record)


def test_measurement_and_record_are_written_together(photo: Path, tmp_path: Path) -> None:
    made = simulate(photo, "mri", "gaussian:0.01")
    with pytest.raises(ArgumentError, match=r"\.npy"):
        made.write(tmp_path / "y.tif", tmp_path / "y.json")
    assert not (tmp_path / "y.json").exists()
    told = made.write(tmp_path / "y.npy", tmp_path / "y.json")
    assert told.output == str((tmp_path / "y.npy").resolve())
    assert np.array_equal(np.load(tmp_path / "y.npy"), made.y[0].numpy())
    with pytest.raises(ImageFileError, match="exists"):
        made.write(tmp_path / "y.npy", tmp_path / "y.json")
    made.write(tmp_path / "y.npy", tmp_path / "y.json", overwrite=True)


def test_what_is_done_to_the_picture_is_noted() -> None:
    assert "the picture was made grey" in simulate(X, "mri").record.notes
    assert "measured is a picture of 20x24 rows x columns" in simulate(X, "resize", settings={"factor": 4}).record.notes


def test_pictures_that_do_not_suit_are_told() -> None:
    with pytest.raises(ArgumentError, match="must be a picture in colour for demosaicing"):
        simulate(X[:1], "demosaicing")
    with pytest.raises(ShapeError):
        simulate(X, "blur", settings={"kernel": "disk:60"})
    with pytest.raises(ArgumentError, match=r"must be real, \(C, H, W\)"):
        simulate(X[0], "denoising")
