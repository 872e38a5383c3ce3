"""Restorations of files with bands behind their colours."""

import json

import numpy as np
import pytest
import tifffile

from preimage import restore
from preimage.cli.app import run
from preimage.errors import ShapeError


@pytest.fixture
def infrared(tmp_path):
    rows, columns = np.indices((24, 30))
    clean = np.stack([0.5 + 0.3 * np.sin(rows / 4 + band) * np.cos(columns / 6) for band in range(5)], 2)
    noisy = clean + np.random.default_rng(0).normal(0, 0.03, clean.shape)
    samples = np.rint(noisy.clip(0, 1) * 4095).astype(np.uint16)
    tifffile.imwrite(
        tmp_path / "a.tif", samples, photometric="rgb", extrasamples=["unspecified"] * 2, planarconfig="contig",
        metadata=None,
    )  # fmt: skip
    return tmp_path / "a.tif"


def test_every_band_is_restored_by_the_weights_that_suit_it(tiny, infrared, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(["restore", "denoise", "a.tif", "-o", "b.tif", "--compare", "c.png"]) == 0
    before, after = tifffile.imread("a.tif"), tifffile.imread("b.tif")
    assert all(not np.array_equal(before[..., band], after[..., band]) for band in range(5))
    record = json.loads((tmp_path / "b.json").read_text())
    assert [row["name"] for row in record["resolved"]["weights"]] == ["drunet-color-compact", "drunet-grey-compact"]
    assert len(record["resolved"]["sigma"]) == 3
    assert run(["restore", "denoise", "--from-json", "b.json", "-o", "d.tif"]) == 0
    assert (tmp_path / "b.tif").read_bytes() == (tmp_path / "d.tif").read_bytes()


def test_a_band_is_restored_like_a_grey_picture(tiny, infrared, tmp_path):
    whole = restore.deblur(infrared, "gaussian:1", sigma=0.02, steps=2, weights="drunet-color-compact").image
    band = restore.deblur(tifffile.imread(infrared)[..., 3], "gaussian:1", sigma=0.02, steps=2).image
    assert np.array_equal(whole.to_array()[..., 3], band)
    colour = restore.deblur(tifffile.imread(infrared)[..., :3], "gaussian:1", sigma=0.02, steps=2).image
    assert np.array_equal(whole.to_array()[..., :3], colour)


def test_other_tasks_take_bands(tiny, sparse, small_prior, infrared):
    hole = np.zeros((24, 30), bool)
    hole[3:9, 4:12] = True
    for restored in (
        restore.superresolve(infrared), restore.inpaint(infrared, hole, steps=2),
        restore.denoise(infrared, method="groupsc"), restore.denoise(infrared, method="dip", steps=2),
    ):  # fmt: skip
        assert restored.image.bands == 2
        assert len(restored.image.pixels) == 5
    two = tifffile.imread(infrared)[..., :2]
    tifffile.imwrite(infrared, two, photometric="minisblack", planarconfig="contig")
    with pytest.raises(ShapeError, match="write the mosaic alone"):
        restore.demosaic(infrared)
