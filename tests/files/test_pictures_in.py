"""Files of several pictures are refused, or what is left out of them is told."""

import shutil

import numpy as np
import pytest
import tifffile
from PIL import Image

from preimage.errors import ArgumentError, ImageFileError
from preimage.restore import ImageFile

GREY = np.random.default_rng(0).integers(0, 255, (20, 30), dtype=np.uint8)


def stacked(path, **options):
    tifffile.imwrite(path, np.stack([GREY] * 5), **options)


def volume(path):
    tifffile.imwrite(path, np.stack([GREY] * 16), volumetric=True, tile=(16, 16, 16), photometric="minisblack")


def told(path):
    tifffile.imwrite(path, GREY.astype(np.uint16), description="ImageJ=1.53t\nimages=5\nslices=5\n", metadata=None)


MAKERS = {
    "imagej": lambda path: stacked(path, imagej=True, metadata={"axes": "ZYX"}),
    "pages": lambda path: stacked(path, photometric="minisblack"),
    "one directory": lambda path: stacked(path, photometric="minisblack", truncate=True),
    "ome": lambda path: stacked(path, ome=True, photometric="minisblack", metadata={"axes": "ZYX"}),
    "volume": volume,
    "description": told,
}


@pytest.mark.parametrize("kind", MAKERS)
def test_stacks_are_refused_with_their_number(tmp_path, kind):
    MAKERS[kind](tmp_path / "a.tif")
    with pytest.raises(ImageFileError, match=r"must hold one picture, got (5|16) in .*; split the file"):
        ImageFile.read(tmp_path / "a.tif")


def test_descriptions_of_one_picture_are_none_of_several(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", GREY, imagej=True)
    tifffile.imwrite(tmp_path / "b.tif", GREY, description='{"shape": "damaged')
    tifffile.imwrite(tmp_path / "c.tif", np.stack([GREY] * 3, 2), photometric="rgb", truncate=True)
    for name in "abc":
        assert ImageFile.read(tmp_path / f"{name}.tif").notes() == ()


def test_copies_and_further_views_are_told(tmp_path):
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        file.write(GREY, photometric="minisblack", metadata=None)
        file.write(GREY[::2, ::2], subfiletype=1, photometric="minisblack", metadata=None)
    with tifffile.TiffWriter(tmp_path / "b.tif") as file:
        file.write(GREY, photometric="minisblack", subifds=1, metadata=None)
        file.write(GREY[::2, ::2], subfiletype=1, photometric="minisblack", metadata=None)
    views = [Image.fromarray(np.dstack([view] * 3)) for view in (GREY, 255 - GREY)]
    views[0].save(tmp_path / "c.mpo", save_all=True, append_images=views[1:])
    shutil.move(tmp_path / "c.mpo", tmp_path / "c.jpg")
    for name in ("a.tif", "b.tif", "c.jpg"):
        file = ImageFile.read(tmp_path / name)
        assert file.notes() == ("1 smaller or further pictures in the file are left out",)
        assert file.pixels.shape[1:] == (20, 30)


@pytest.mark.parametrize("mode", ["CMYK", "LAB", "CMYK;16"])
def test_other_colour_models_are_named(tmp_path, mode):
    if mode == "CMYK;16":
        samples = np.zeros((9, 9, 4), np.uint16)
        tifffile.imwrite(tmp_path / "a.tif", samples, photometric="separated")
    else:
        Image.new(mode, (9, 9)).save(tmp_path / "a.tif")
    with pytest.raises(ImageFileError, match=r"CMYK|LAB|SEPARATED"):
        ImageFile.read(tmp_path / "a.tif")


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int32, np.uint32])
@pytest.mark.parametrize("order", ["<", ">"])
def test_other_integers_come_back_and_go_elsewhere_with_a_note(tmp_path, dtype, order):
    rows = np.linspace(-100 if np.dtype(dtype).kind == "i" else 50, 120, 600).reshape(20, 30)
    samples = rows.astype(dtype)
    tifffile.imwrite(tmp_path / "a.tif", samples, byteorder=order, photometric="minisblack")
    files = [
        ImageFile.read(tmp_path / "a.tif"),
        ImageFile.from_array(samples.astype(samples.dtype.newbyteorder(order))),
    ]
    for file in files:
        assert (float(file.pixels.min()), float(file.pixels.max())) == (0, 1)
        assert file.samplings()[0].step == pytest.approx(1 / float(int(samples.max()) - int(samples.min())))
        file.write(tmp_path / "b.tif", overwrite=True)
        assert np.array_equal(tifffile.imread(tmp_path / "b.tif"), samples)
    note = files[0].write(tmp_path / "c.png")[0]
    assert f"from {samples.min()} to 120" in note
    wide = files[0].with_pixels(files[0].pixels * 1e12).to_array()
    assert wide.max() == np.iinfo(dtype).max


def test_wider_integers_are_refused(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", GREY.astype(np.int64))
    with pytest.raises(ImageFileError, match="up to 32 bits"):
        ImageFile.read(tmp_path / "a.tif")
    with pytest.raises(ArgumentError, match="up to 32 bits"):
        ImageFile.from_array(GREY.astype(np.uint64))
