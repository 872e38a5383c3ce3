"""What a picture holds where a mask says that it is missing has no effect."""

import json

import numpy as np
import pytest
import tifffile
import torch

from preimage import restore
from preimage.cli.app import run as main
from preimage.errors import ArgumentError, ImageFileError

HIDDEN = [650.0, -9999.0, float(np.finfo(np.float32).min), np.nan, np.inf]


@pytest.fixture
def heights(rng):
    rows, columns = np.indices((24, 30))
    return 500 + 10 * rows + columns**1.5 + 5 * torch.randn(24, 30, generator=rng).numpy()


@pytest.fixture
def hole():
    mask = np.zeros((24, 30), bool)
    mask[8:12, 5:25] = True
    return mask


@pytest.mark.parametrize("sigma", ["auto", 0])
def test_hidden_samples_have_no_effect_at_all(tiny, heights, hole, sigma):
    results = []
    for value in HIDDEN:
        array = np.where(hole, value, heights).astype(np.float32)
        results.append(restore.inpaint(array, hole, sigma=sigma, steps=2))
    for result in results[1:]:
        assert np.array_equal(result.image, results[0].image)
        assert result.record.degradation == results[0].record.degradation
    if sigma == 0:
        assert np.allclose(results[0].image[~hole], heights[~hole], atol=1e-3)


def test_nor_do_those_of_deep_image_priors_integers_and_tensors(tiny, small_prior, heights, hole):
    unit = torch.from_numpy(heights / 1000).float()[None]
    for value in HIDDEN[1:]:
        tensors = [torch.where(torch.from_numpy(hole), v, unit) for v in (0.3, value)]
        first, second = (restore.inpaint(x, hole, steps=2).image for x in tensors)
        assert torch.equal(first, second)
    arrays = [np.where(hole, value, heights).astype(np.uint16) for value in (0, 65535)]
    for method in ("dpir", "dip"):
        first, second = (restore.inpaint(x, hole, steps=2, method=method).image for x in arrays)
        assert np.array_equal(first, second)


def test_without_a_mask_nan_is_missing(tiny, heights, hole, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    array = np.where(hole, np.nan, heights).astype(np.float32)
    told = restore.inpaint(array, hole, sigma=0, steps=2)
    found = restore.inpaint(array, sigma=0, steps=2)
    assert np.array_equal(told.image, found.image)
    assert "NaN in the picture" in found.record.notes[0]
    tensor = torch.from_numpy(array / 1000)[None]
    assert bool(restore.inpaint(tensor, sigma=0, steps=2).image.isfinite().all())
    tifffile.imwrite("a.tif", array)
    command = ["restore", "inpaint", "a.tif", "--sigma", "0", "--steps", "2", "-o"]
    assert main([*command, "b.tif", "--compare", "c.png"]) == 0
    assert np.array_equal(tifffile.imread("b.tif"), told.image)
    assert json.loads((tmp_path / "b.json").read_text())["settings"]["mask"] is None
    assert main(["restore", "inpaint", "--from-json", "b.json", "-o", "d.tif"]) == 0
    assert (tmp_path / "b.tif").read_bytes() == (tmp_path / "d.tif").read_bytes()


def test_what_is_not_finite_is_told_with_a_way_out(tiny, heights, hole, tmp_path):
    array = np.where(hole, np.nan, heights).astype(np.float32)
    tifffile.imwrite(tmp_path / "a.tif", array)
    for task in (restore.denoise, restore.deblock, restore.demosaic, restore.superresolve):
        with pytest.raises(ImageFileError, match=r"at 80 pixels .* inpaint"):
            task(tmp_path / "a.tif")
    part = hole & (np.arange(30) < 20)
    with pytest.raises(ArgumentError, match="at 20 pixels; add them to the mask"):
        restore.inpaint(array, part)
    with pytest.raises(ArgumentError, match="without NaN"):
        restore.inpaint(heights.astype(np.float32))
    with pytest.raises(ArgumentError, match="`white` must be left out"):
        restore.inpaint(array, white="seen")
    batch = torch.from_numpy(np.stack([array, heights]))[:, None] / 1000
    with pytest.raises(ArgumentError, match="whole batch"):
        restore.inpaint(batch)
