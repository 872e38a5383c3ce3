from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from preimage.errors import ImageFileError
from preimage.files.formats.tiff.reading import deep_header, read_deep_tiff, read_part
from preimage.files.region import Region

RNG = np.random.default_rng(0)
DEEP = RNG.integers(0, 4096, (40, 50, 3)).astype(np.uint16)


def saved(folder: Path, array: np.ndarray, **options: Any) -> Path:
    tifffile.imwrite(folder / "a.tif", array, **{"metadata": None, **options})
    return folder / "a.tif"


LAYOUTS: list[dict[str, Any]] = [
    {},
    {"rowsperstrip": 7},
    {"rowsperstrip": 7, "compression": "zlib", "predictor": True},
    {"tile": (16, 32), "compression": "zlib"},
    {"byteorder": ">", "tile": (16, 16)},
]


@pytest.mark.parametrize("options", LAYOUTS, ids=str)
@pytest.mark.parametrize("planar", [False, True])
def test_the_whole_and_a_part_in_every_layout(tmp_path: Path, options: dict[str, Any], planar: bool) -> None:
    array = np.ascontiguousarray(np.moveaxis(DEEP, -1, 0)) if planar else DEEP
    config = "separate" if planar else "contig"
    path = saved(tmp_path, array, photometric="rgb", planarconfig=config, **options)
    assert np.array_equal(read_deep_tiff(path).colour, DEEP)
    for rows, columns in (((5, 30), (10, 45)), ((0, 40), (0, 50)), ((39, 40), (49, 50))):
        part = read_part(path, Region((rows, columns)))
        assert np.array_equal(part.colour, DEEP[slice(*rows), slice(*columns)])


def test_white_is_zero_is_turned_round(tmp_path: Path) -> None:
    path = saved(tmp_path, DEEP[..., 0], photometric="miniswhite")
    assert np.array_equal(read_deep_tiff(path).colour[..., 0], 65535 - DEEP[..., 0])
    real = saved(tmp_path, DEEP[..., 0] / np.float32(4096), photometric="miniswhite")
    np.testing.assert_allclose(read_deep_tiff(real).colour[..., 0], 1 - DEEP[..., 0] / 4096)


def test_what_stands_behind_the_colours(tmp_path: Path) -> None:
    array = RNG.integers(0, 99, (9, 7, 5)).astype(np.uint16)
    samples = read_deep_tiff(saved(tmp_path, array, photometric="rgb", extrasamples=(0, 2)))
    assert samples.extras == (0, 2)
    assert np.array_equal(samples.colour, array[..., :4])
    assert samples.alpha is not None
    assert np.array_equal(samples.alpha, array[..., 4])
    with pytest.raises(ImageFileError, match="must have one transparency, got 2"):
        read_deep_tiff(saved(tmp_path, array, photometric="rgb", extrasamples=(1, 2)))


def test_fewer_bits_than_those_of_the_type_are_told(tmp_path: Path) -> None:
    path = saved(tmp_path, DEEP[..., 0], bitspersample=12)
    header = deep_header(path)
    assert (header.shape, header.dtype, header.bits) == ((40, 50, 1), np.dtype(np.uint16), 12)
    assert read_deep_tiff(path).bits == 12
    assert deep_header(saved(tmp_path, DEEP)).bits is None


def test_what_is_not_one_picture_of_numbers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageFileError, match="must hold one picture, got 3"):
        read_deep_tiff(saved(tmp_path, np.zeros((3, 8, 9), np.uint16), photometric="minisblack"))
    with pytest.raises(ImageFileError, match="samples of type complex64"):
        read_deep_tiff(saved(tmp_path, np.zeros((8, 9), np.complex64)))
