"""Files looked at before they are decoded, and decoded in part."""

import tracemalloc
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image
from scipy.io import savemat

from preimage.errors import ArgumentError, ImageFileError
from preimage.files import ImageFile, Region, open_image
from tests.files.test_whole import files

BOX = Region(((5, 30), (17, 44)))


def test_a_region_is_what_the_whole_has_there(tmp_path, picture):
    for number, (kind, content) in enumerate(files(picture)):
        path = tmp_path / str(number)
        path.write_bytes(content)
        source = open_image(path)
        whole, part = source.read(), source.read(Region(((5, 30), (17, min(44, picture.shape[1] - 9)))))
        assert source.format.name == kind
        assert source.shape == (*whole.colour.shape[:2], whole.joined().shape[2])
        assert source.dtype == whole.colour.dtype == part.colour.dtype
        assert np.array_equal(part.colour, whole.colour[5:30, 17:36]), (number, kind)
        assert part.extras == whole.extras


def tiffs(rng) -> Iterator[tuple[np.ndarray, dict[str, Any]]]:
    grey, colour = rng.integers(0, 60000, (70, 61), np.uint16), rng.integers(0, 256, (70, 61, 3), np.uint8)
    bands = rng.integers(0, 4000, (70, 61, 5), np.uint16)
    for packing in (None, "zlib", "lzw"):
        for pieces in ({"tile": (16, 32)}, {"rowsperstrip": 9}, {}):
            yield grey, {"compression": packing, **pieces}
            yield colour, {"compression": packing, "photometric": "rgb", "predictor": packing is not None, **pieces}
            yield bands, {"compression": packing, "photometric": "minisblack", "planarconfig": "contig", **pieces}
            yield (
                np.moveaxis(bands, 2, 0).copy(),
                {"compression": packing, "photometric": "minisblack", "planarconfig": "separate", **pieces},
            )
    yield grey.astype(np.float32), {"byteorder": ">", "tile": (16, 16)}
    yield grey.astype(np.float32), {"byteorder": ">"}
    yield grey, {"photometric": "miniswhite", "tile": (16, 16)}
    yield rng.integers(0, 255, (70, 61, 4), np.uint8), {"photometric": "rgb", "extrasamples": ["unassalpha"]}


def test_parts_of_tiffs_of_all_layouts(tmp_path):
    for samples, options in tiffs(np.random.default_rng(0)):
        tifffile.imwrite(tmp_path / "a.tif", samples, **options)
        source = open_image(tmp_path / "a.tif")
        whole, part = source.read().cut(BOX), source.read(BOX)
        assert np.array_equal(part.joined(), whole.joined()), options
        assert part.colour.dtype == whole.colour.dtype
        assert (part.extras, part.bits, source.shape[:2]) == (whole.extras, whole.bits, (70, 61))


def peak(read):
    tracemalloc.start()
    try:
        return read(), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("tile", [None, (256, 256)])
def test_only_the_part_of_a_tiff_is_read(tmp_path, tile):
    samples = np.arange(3000 * 3000, dtype=np.uint32).astype(np.uint16).reshape(3000, 3000)
    options: dict[str, Any] = {} if tile is None else {"tile": tile, "compression": "zlib"}
    tifffile.imwrite(tmp_path / "a.tif", samples, **options)
    part, most = peak(lambda: open_image(tmp_path / "a.tif").read(Region(((1000, 1100), (2000, 2200)))))
    assert np.array_equal(part.colour[..., 0], samples[1000:1100, 2000:2200])
    assert most < 4e6  # of 18e6 bytes


def test_only_the_part_of_an_array_is_read(tmp_path):
    volume = np.arange(60 * 200 * 300, dtype=np.float32).reshape(60, 200, 300)
    np.save(tmp_path / "a.npy", volume)
    source = open_image(tmp_path / "a.npy")
    assert (source.shape, source.axes, source.dtype) == (volume.shape, ("slice", "row", "column"), np.float32)
    part, most = peak(lambda: source.read(Region(((7, 9), (50, 60)))))
    assert np.array_equal(part.colour[..., 0], volume[7:9, 50:60])
    assert most < 1e6  # of 14e6 bytes
    with pytest.raises(ImageFileError, match="which is none"):
        ImageFile.read(tmp_path / "a.npy")


def test_matlab_arrays_are_read(tmp_path):
    savemat(tmp_path / "a.mat", {"kernel": np.arange(12.0).reshape(3, 4)})
    source = open_image(tmp_path / "a.mat")
    assert (source.format.name, source.shape, source.axes) == ("MAT", (3, 4), ("row", "column"))
    assert np.array_equal(source.read(Region(((1, 3), (0, 2)))).colour[..., 0], [[4, 5], [8, 9]])


def test_what_a_header_tells(tmp_path, picture):
    exif = Image.Exif()
    exif[274] = 6
    Image.fromarray(picture).save(tmp_path / "a.jpg", dpi=(254, 508), exif=exif)
    source = open_image(tmp_path / "a.jpg")
    assert (source.orientation(), source.bits, source.dtype) == (6, 8, np.uint8)
    assert source.spacing() == pytest.approx((0.05, 0.1))
    Image.fromarray(picture[..., 0] > 100).save(tmp_path / "bits.png")
    source = open_image(tmp_path / "bits.png")
    assert (source.bits, source.dtype, source.spacing(), source.orientation()) == (1, np.bool_, None, 1)
    tifffile.imwrite(tmp_path / "a.tif", np.zeros((8, 9), np.uint16), resolution=(100, 100), resolutionunit=3)
    assert open_image(tmp_path / "a.tif").spacing() == pytest.approx((0.1, 0.1))


@pytest.mark.parametrize("bounds", [((0, 0),), ((3, 2),), ((-1, 4),)])
def test_an_empty_region_is_refused(bounds):
    with pytest.raises(ArgumentError, match="0 <= start < stop"):
        Region(bounds)


def test_a_region_outside_is_refused(tmp_path, picture):
    Image.fromarray(picture).save(tmp_path / "a.png")
    tifffile.imwrite(tmp_path / "a.tif", picture.astype(np.uint16), photometric="rgb")
    for name in ("a.png", "a.tif"):
        for bounds in (((0, 99),), ((0, 9), (0, 9), (0, 1))):
            with pytest.raises(ArgumentError, match="must lie within"):
                open_image(tmp_path / name).read(Region(bounds))
