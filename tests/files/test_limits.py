import numpy as np
import pytest
import tifffile
from PIL import Image

from preimage.errors import ImageFileError
from preimage.files.limits import check_output
from preimage.restore import ImageFile


def saved(path, width, height, channels=3, alpha=255):
    samples = np.full((height, width, channels), 90, np.uint8)
    if channels == 4:
        samples[..., 3] = alpha
    Image.fromarray(samples).save(path)
    return path


@pytest.mark.parametrize(
    ("target", "width", "factor", "fits"),
    [
        ("a.webp", 16383, 1, True), ("a.webp", 16384, 1, False), ("a.webp", 8192, 2, False), ("a.png", 70000, 4, True),
        ("a.jpg", 65500, 1, True), ("a.jpg", 65501, 1, False), ("a.tif", 70000, 1, True), ("a.bmp", 70000, 1, True),
    ],
)  # fmt: skip
def test_sizes_that_a_format_does_not_hold_are_told_before_the_work(tmp_path, target, width, factor, fits):
    source = saved(tmp_path / "in.png", width, 1)
    if fits:
        check_output(source, tmp_path / target, factor)
        if factor == 1:
            ImageFile.read(source).write(tmp_path / target)
        return
    with pytest.raises(ImageFileError, match="pixels a side; write PNG or TIFF"):
        check_output(source, tmp_path / target, factor)
    with pytest.raises(ImageFileError, match="pixels a side; write PNG or TIFF"):
        ImageFile.from_array(np.zeros((1, factor * width), np.uint8)).write(tmp_path / target)


@pytest.mark.parametrize("target", ["a.jpg", "a.bmp"])
def test_transparency_is_told_before_the_work_where_some_of_it_shows(tmp_path, target):
    opaque, clear = saved(tmp_path / "o.png", 5, 4, 4), saved(tmp_path / "c.png", 5, 4, 4, 254)
    with pytest.raises(ImageFileError, match="cannot hold transparency"):
        check_output(clear, tmp_path / target)
    check_output(opaque, tmp_path / target)
    (note,) = ImageFile.read(opaque).write(tmp_path / target)
    assert "transparency, of which there is none" in note
    with Image.open(tmp_path / target) as image:
        assert image.mode == "RGB"


def test_an_unknown_suffix_is_told_before_the_work(tmp_path):
    with pytest.raises(ImageFileError, match="must end like"):
        check_output(saved(tmp_path / "in.png", 3, 3), tmp_path / "out.xyz")


@pytest.mark.parametrize("lossless", [True, False])
def test_a_webp_without_loss_stays_one(tmp_path, picture, lossless):
    clear = np.dstack([picture, np.where(np.indices(picture.shape[:2]).sum(0) % 3, 255, 0).astype(np.uint8)])
    Image.fromarray(clear).save(tmp_path / "a.webp", lossless=lossless, exact=True)
    file = ImageFile.read(tmp_path / "a.webp")
    file.write(tmp_path / "b.webp")
    same = np.array_equal(np.asarray(Image.open(tmp_path / "b.webp")), np.asarray(Image.open(tmp_path / "a.webp")))
    assert same == lossless
    if lossless:
        file.write(tmp_path / "c.webp", quality=50)
        assert b"VP8L" not in (tmp_path / "c.webp").read_bytes()


def test_bands_are_told_before_the_work(tmp_path):
    samples = np.full((6, 7, 4), 90, np.uint8)
    tifffile.imwrite(tmp_path / "in.tif", samples, photometric="rgb", extrasamples=["unspecified"], metadata=None)
    for name in ("a.png", "a.jpg", "a.webp", "a.bmp"):
        with pytest.raises(ImageFileError, match="cannot hold 4 bands"):
            check_output(tmp_path / "in.tif", tmp_path / name)
    check_output(tmp_path / "in.tif", tmp_path / "a.tif")
