"""Samples behind grey or RGB: bands, and transparency where the file declares it."""

import numpy as np
import pytest
import tifffile
import torch
from PIL import Image

from preimage.errors import ImageFileError
from preimage.restore import ImageFile

TYPES = [np.uint8, np.uint16, np.int16, np.uint32, np.float32]


def samples_of(dtype, channels, size=(12, 17)):
    unit = np.random.default_rng(channels).random((*size, channels))
    kind = np.dtype(dtype).kind
    return (unit * (1 if kind == "f" else np.iinfo(dtype).max // 2)).astype(dtype)


def written(path, samples, photometric, extras, **options):
    tifffile.imwrite(
        path, samples, photometric=photometric, planarconfig="contig", metadata=None, extrasamples=extras, **options
    )
    return path


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize(
    ("photometric", "extras"),
    [
        ("rgb", ["unspecified"]), ("rgb", ["unspecified"] * 5), ("minisblack", ["unspecified"]),
        ("minisblack", ["unspecified"] * 3), ("rgb", ["unspecified", "unassalpha"]), ("rgb", ["unassalpha"]),
        ("rgb", ["unassalpha", "unspecified"]), ("minisblack", ["assocalpha"]), ("rgb", ["assocalpha", "unspecified"]),
    ],
)  # fmt: skip
def test_what_stands_behind_colours_comes_back(tmp_path, dtype, photometric, extras):
    base = 3 if photometric == "rgb" else 1
    samples = samples_of(dtype, base + len(extras))
    if "assocalpha" in extras:
        samples[..., :base] //= 2 if np.dtype(dtype).kind in "iu" else 1
        samples[..., base] = samples[..., :base].max(2)
    file = ImageFile.read(written(tmp_path / "a.tif", samples, photometric, extras))
    bands = extras.count("unspecified")
    assert [len(part) for part in file.parts()] == [base] + [1] * bands
    assert (file.alpha is None) == (bands == len(extras))
    file.write(tmp_path / "b.tif")
    with tifffile.TiffFile(tmp_path / "a.tif") as before, tifffile.TiffFile(tmp_path / "b.tif") as after:
        first, second = before.pages[0], after.pages[0]
        assert second.dtype == dtype
        assert (second.photometric, second.extrasamples) == (first.photometric, first.extrasamples)
        difference = np.abs(second.asarray().astype(np.float64) - samples)
    # 32 bits do not fit into the 24 of a pixel's float.
    assert difference.max() <= (2**31 * 2.0**-23 if dtype == np.uint32 else 0)


def test_a_band_is_restored_and_transparency_is_not(tmp_path):
    path = written(tmp_path / "a.tif", samples_of(np.uint16, 5), "rgb", ["unspecified", "unassalpha"])
    file = ImageFile.read(path)
    other = file.with_parts([torch.full_like(part, 0.25) for part in file.parts()])
    other.write(tmp_path / "b.tif")
    after, before = tifffile.imread(tmp_path / "b.tif"), tifffile.imread(path)
    assert len(np.unique(after[..., :4])) <= 2
    assert np.array_equal(after[..., 4], before[..., 4])


def test_each_band_has_its_own_scale(tmp_path):
    samples = samples_of(np.float32, 5)
    samples[..., 3] *= 3000
    samples[..., 4] -= 40
    file = ImageFile.read(written(tmp_path / "a.tif", samples, "rgb", ["unspecified"] * 2))
    assert np.array_equal(file.pixels[:3].permute(1, 2, 0).numpy(), samples[..., :3])
    assert [(float(part.min()), float(part.max())) for part in file.parts()[1:]] == [(0, 1), (0, 1)]
    deep = samples_of(np.uint16, 4)
    deep[..., 3] //= 64
    deep = ImageFile.read(written(tmp_path / "b.tif", deep, "rgb", ["unspecified"]))
    assert float(deep.parts()[1].max()) > 0.4


def test_bands_alone_make_pictures_of_their_own(tmp_path):
    file = ImageFile.read(written(tmp_path / "a.tif", samples_of(np.uint8, 5), "rgb", ["unspecified"] * 2))
    alone = file.with_parts([file.parts()[0]])
    assert np.array_equal(alone.to_array(), tifffile.imread(tmp_path / "a.tif")[..., :3])


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".bmp"])
def test_formats_without_bands_refuse_them(tmp_path, suffix):
    file = ImageFile.read(written(tmp_path / "a.tif", samples_of(np.uint8, 4), "rgb", ["unspecified"]))
    with pytest.raises(ImageFileError, match=r"4 bands.* write TIFF"):
        file.write(tmp_path / f"b{suffix}")


def test_colours_multiplied_by_transparency(tmp_path):
    """Straight in formats that hold straight colours only, and never brighter than their transparency."""
    colour = samples_of(np.uint8, 3)
    alpha = np.tile(np.linspace(0, 255, 17), (12, 1)).astype(np.uint8)
    samples = np.dstack([np.rint(colour * (alpha[..., None] / 255)), alpha]).astype(np.uint8)
    file = ImageFile.read(written(tmp_path / "a.tif", samples, "rgb", ["assocalpha"]))
    file.write(tmp_path / "b.png")
    straight = np.asarray(Image.open(tmp_path / "b.png")).astype(float)
    assert np.array_equal(straight[..., 3], alpha)
    clear = alpha > 200
    assert np.abs(straight[clear][:, :3] - colour[clear]).max() <= 1
    bright = file.with_pixels(torch.ones_like(file.pixels))
    bright.write(tmp_path / "c.tif")
    assert np.array_equal(tifffile.imread(tmp_path / "c.tif")[..., :3], np.repeat(alpha[..., None], 3, 2))


def test_two_transparencies_are_refused(tmp_path):
    path = written(tmp_path / "a.tif", samples_of(np.uint16, 5), "rgb", ["unassalpha", "assocalpha"])
    with pytest.raises(ImageFileError, match="one transparency, got 2"):
        ImageFile.read(path)


def test_undeclared_samples_are_bands(tmp_path):
    """A file without the tag that tells what they are."""
    path = written(tmp_path / "a.tif", samples_of(np.uint8, 4), "rgb", ["unspecified"])
    data = bytearray(path.read_bytes())
    entry = data.index((338).to_bytes(2, "little") + (3).to_bytes(2, "little"))
    data[entry : entry + 2] = (60000).to_bytes(2, "little")
    path.write_bytes(bytes(data))
    assert ImageFile.read(path).bands == 1
