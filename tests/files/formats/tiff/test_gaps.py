from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from preimage.files.formats.tiff.gaps import has_gaps
from preimage.files.formats.tiff.reading import part_of_page, read_deep_tiff, read_part
from preimage.files.region import Region

COLOUR = np.random.default_rng(0).integers(0, 4096, (40, 50, 3)).astype(np.uint16)


def saved(folder: Path, array: np.ndarray, **options: Any) -> Path:
    """The picture with LERC compression, whose encoder marks NaN in a mask of its own."""
    tifffile.imwrite(folder / "a.tif", array, **{"metadata": None, "compression": "lerc", **options})
    return folder / "a.tif"


@pytest.mark.parametrize("packing", [{}, {"compression": "deflate"}, {"compression": "zstd"}], ids=str)
@pytest.mark.parametrize("layout", [{}, {"rowsperstrip": 7}, {"tile": (16, 16)}], ids=str)
def test_pixels_without_a_number_stay_so(tmp_path: Path, packing: dict[str, str], layout: dict[str, Any]) -> None:
    for array in (COLOUR[..., 0].astype(np.float32), COLOUR[..., 0].astype(np.float64)):
        array[[3, 20, 39], [4, 30, 49]] = np.nan
        array[30:, :20] = np.nan
        path = saved(tmp_path, array, photometric="minisblack", compressionargs=packing, **layout)
        assert np.array_equal(read_deep_tiff(path).colour[..., 0], array, equal_nan=True)
        part = read_part(path, Region(((2, 35), (3, 40))))
        assert np.array_equal(part.colour[..., 0], array[2:35, 3:40], equal_nan=True)
        with tifffile.TiffFile(path) as file:  # as stacks are read
            assert has_gaps(file.pages[0])
            page = part_of_page(file, file.pages[0], (slice(2, 35), slice(3, 40)))
        assert np.array_equal(page, array[2:35, 3:40], equal_nan=True)


def test_planes_keep_them_and_integers_have_none(tmp_path: Path) -> None:
    planes = np.moveaxis(COLOUR, -1, 0).astype(np.float32)
    planes[1, 3, 4] = planes[2, 5, 6] = np.nan
    path = saved(tmp_path, planes, photometric="rgb", planarconfig="separate")
    assert np.array_equal(read_deep_tiff(path).colour, np.moveaxis(planes, 0, -1), equal_nan=True)
    path = saved(tmp_path, COLOUR, photometric="rgb")
    assert np.array_equal(read_deep_tiff(path).colour, COLOUR)
