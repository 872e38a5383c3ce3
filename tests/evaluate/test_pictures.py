from pathlib import Path

import numpy as np
import pytest
import torch

from preimage.errors import ArgumentError, ImageFileError, ShapeError
from preimage.evaluate import Treatment
from preimage.evaluate.pictures import read_pair
from preimage.files import ImageFile

PLAIN = Treatment()


def write(path: Path, samples: np.ndarray) -> Path:
    if path.suffix == ".npy":
        np.save(path, samples)
    else:
        ImageFile.from_array(samples).write(path)
    return path


def test_samples_of_8_and_of_16_bits_are_compared_on_one_scale(tmp_path: Path) -> None:
    pixels = np.array([[0, 100], [200, 255]], np.uint8)
    eight, sixteen = write(tmp_path / "8.png", pixels), write(tmp_path / "16.png", pixels.astype(np.uint16) * 257)
    x_hat, x = read_pair(sixteen, eight, PLAIN)
    assert x is not None
    torch.testing.assert_close(x_hat, x)
    torch.testing.assert_close(x[0, 0], torch.from_numpy(pixels) / 255)


def test_a_result_has_the_scale_of_its_reference(tmp_path: Path) -> None:
    """Alone each would be read by the least number of bits that holds it: 8 and 10."""
    truth = write(tmp_path / "truth.tif", np.array([[0, 512, 1000]], np.uint16))
    result = write(tmp_path / "result.tif", np.array([[0, 128, 250]], np.uint16))
    x_hat, x = read_pair(result, truth, PLAIN)
    assert x is not None
    torch.testing.assert_close(x_hat, 0.25 * x)
    assert read_pair(result, None, PLAIN)[1] is None


def test_ranges_that_are_not_known_are_refused(tmp_path: Path) -> None:
    picture = write(tmp_path / "a.png", np.array([[0, 255]], np.uint8))
    wide = write(tmp_path / "a.tif", np.array([[0, 255]], np.float32))
    with pytest.raises(ImageFileError, match=r"a.tif holds float32 samples of a range of its own, and .*a.png another"):
        read_pair(wide, picture, PLAIN)
    x_hat, x = read_pair(wide, write(tmp_path / "b.tif", np.array([[0, 510]], np.float32)), PLAIN)
    assert x is not None
    torch.testing.assert_close(x_hat, x / 2)


def test_arrays_are_taken_as_they_are(tmp_path: Path) -> None:
    volume = write(tmp_path / "v.npy", np.full((5, 6, 7), 3.5))
    x, _ = read_pair(volume, volume, PLAIN)
    assert x.shape == (1, 1, 5, 6, 7)
    assert x.unique().tolist() == [3.5]
    complex_x, _ = read_pair(write(tmp_path / "c.npy", np.full((5, 6), 1j)), None, PLAIN)
    assert complex_x.is_complex()
    eight, _ = read_pair(write(tmp_path / "u.npy", np.full((5, 6), 51, np.uint8)), None, PLAIN)
    torch.testing.assert_close(eight, torch.full((1, 1, 5, 6), 0.2))
    with pytest.raises(ImageFileError, match="NaN"):
        read_pair(write(tmp_path / "n.npy", np.full((5, 6), np.nan)), None, PLAIN)


def test_sizes_that_differ_are_told_in_one_line(tmp_path: Path) -> None:
    small = write(tmp_path / "small.png", np.zeros((4, 6), np.uint8))
    large = write(tmp_path / "large.png", np.zeros((4, 7, 3), np.uint8))
    with pytest.raises(ShapeError, match=r"small.png is 6x4, 1 channel, its reference .*large.png 7x4, 3 channels"):
        read_pair(small, large, PLAIN)


def test_treatments() -> None:
    x = torch.tensor([1.0, 0.0, 0.0]).reshape(1, 3, 1, 1).expand(1, 3, 5, 7)
    path = Path("a.png")
    red = Treatment(luminance=True).apply(x, path)
    torch.testing.assert_close(red, torch.full((1, 1, 5, 7), (65.481 + 16) / 255))
    white = Treatment(luminance=True).apply(torch.ones(1, 3, 1, 1), path)
    assert float(white) == pytest.approx(235 / 255)
    assert Treatment(crop=2).apply(x, path).shape == (1, 3, 1, 3)
    rounded = Treatment(rounded=True).apply(torch.tensor([-1.0, 0.501 / 255, 2.0]).reshape(1, 1, 1, 3), path)
    torch.testing.assert_close(rounded.flatten(), torch.tensor([0, 1 / 255, 1]))
    assert Treatment(True, True, 3).notes()[-1] == "3 pixels cut off at each side"
    assert Treatment().notes() == []
    with pytest.raises(ShapeError, match="`crop` must leave something"):
        Treatment(crop=3).apply(x, path)
    with pytest.raises(ShapeError, match="`y` must be given for grey and RGB"):
        Treatment(luminance=True).apply(torch.ones(1, 4, 2, 2), path)
    with pytest.raises(ArgumentError, match="`crop` must be at least 0"):
        Treatment(crop=-1)
