import numpy as np
import pytest
import tifffile
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.files.samples.scale import full_scale, scale_of
from preimage.restore import ImageFile

COVERS = ["preimage.files.samples.scale"]


def samples_to(largest, dtype: type = np.uint16):
    samples = np.linspace(0, largest, 48).reshape(6, 8, 1)
    return samples.astype(dtype)


@pytest.mark.parametrize(
    ("largest", "top"),
    [(0, 255), (200, 255), (256, 1023), (1023, 1023), (1024, 4095), (4095, 4095), (4096, 16383), (16384, 65535)],
)
def test_16_bits_are_read_by_the_least_depth_that_holds_them(largest, top):
    file = ImageFile.from_array(samples_to(largest))
    assert float(file.pixels.max()) == pytest.approx(largest / top, rel=1e-6)
    assert np.array_equal(file.to_array(), samples_to(largest))
    assert bool(file.notes()) == (top < 65535)
    assert file.samplings()[0].step == pytest.approx(1 / top)


def test_8_bits_stay_8_bits():
    file = ImageFile.from_array(samples_to(3, np.uint8))
    assert float(file.pixels.max()) == pytest.approx(3 / 255)
    assert file.notes() == ()


def test_given_bits_decide_and_must_hold_the_samples():
    dark = ImageFile.from_array(samples_to(1000), bits=16)
    assert float(dark.pixels.max()) == pytest.approx(1000 / 65535)
    assert dark.notes() == ()
    with pytest.raises(ArgumentError, match="it needs 10"):
        ImageFile.from_array(samples_to(1000), bits=8)
    with pytest.raises(ArgumentError, match=r"in 1\.\.8"):
        ImageFile.from_array(samples_to(100, np.uint8), bits=10)
    with pytest.raises(ArgumentError, match="float32"):
        ImageFile.from_array(samples_to(1, np.float32), bits=10)


def test_only_a_picture_that_reaches_the_top_is_clipped_there():
    bright = torch.full((1, 6, 8), 1.5)
    assert ImageFile.from_array(samples_to(1023)).with_pixels(bright).to_array().max() == 1023
    assert ImageFile.from_array(samples_to(1000)).with_pixels(bright).to_array().max() == round(1.5 * 1023)
    assert ImageFile.from_array(samples_to(1000), bits=10).with_pixels(bright).to_array().max() == 1023


def test_a_dark_picture_stays_dark_in_other_formats(tmp_path):
    dark = ImageFile.from_array(samples_to(1000))
    dark.write(tmp_path / "a.bmp")
    assert ImageFile.read(tmp_path / "a.bmp").to_array().max() == round(1000 / 257)
    known = ImageFile.from_array(samples_to(1000), bits=10)
    known.write(tmp_path / "b.bmp")
    assert ImageFile.read(tmp_path / "b.bmp").to_array().max() == round(1000 / 1023 * 255)


@pytest.mark.parametrize("dtype", [np.uint16, np.float32])
def test_samples_that_are_missing_say_nothing(dtype):
    seen = np.random.default_rng(0).integers(100, 900, (6, 8, 3)).astype(dtype)
    missing = np.zeros((6, 8), bool)
    missing[2:4, 3:5] = True
    hidden = [0, 65535] if dtype == np.uint16 else [0, -9999, np.finfo(np.float32).min, np.nan, np.inf]
    files = []
    for value in hidden:
        array = seen.copy()
        array[missing] = value
        files.append(ImageFile.from_array(array, missing=missing))
    for file in files:
        assert file.scale == scale_of([seen], ~missing)
        assert torch.equal(file.pixels, files[0].pixels)
        assert bool((file.pixels[:, torch.from_numpy(missing)] == 0).all())
    with pytest.raises(ShapeError, match="8x6"):
        ImageFile.from_array(seen, missing=missing[:5])


def test_a_file_read_without_its_mask_can_be_read_again():
    array = np.linspace(500, 800, 48).reshape(6, 8).astype(np.float32)
    missing = np.zeros((6, 8), bool)
    missing[0, 0] = True
    array[missing] = -1000
    again, at_once = ImageFile.from_array(array).read_again(missing=missing), ImageFile.from_array(array, None, missing)
    assert torch.allclose(again.pixels, at_once.pixels, atol=1e-4)


def test_another_file_is_shown_on_the_same_scale(tmp_path):
    array = np.linspace(500, 800, 48).reshape(6, 8).astype(np.float32)
    file = ImageFile.from_array(array)
    array[0, 0] = np.nan
    tifffile.imwrite(tmp_path / "a.tif", array)
    shown = file.pixels_of(tmp_path / "a.tif")
    assert float(shown[0, 0, 0]) == 0
    assert torch.allclose(shown, file.pixels, atol=1e-6)


@pytest.mark.parametrize("dtype", [np.bool_, np.uint8, np.uint16, np.float32])
def test_a_type_as_it_is(dtype):
    scale = full_scale(np.dtype(dtype))
    assert (scale.low, scale.high) == (0, np.iinfo(dtype).max if np.dtype(dtype).kind == "u" else 1)
