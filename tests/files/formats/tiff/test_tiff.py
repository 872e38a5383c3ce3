from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image

from preimage.files.formats.tiff.tiff import TIFF
from preimage.files.region import Region

RNG = np.random.default_rng(0)
COLOUR = RNG.integers(0, 256, (30, 40, 3)).astype(np.uint8)


@pytest.mark.parametrize("compression", [None, "tiff_lzw", "tiff_deflate", "jpeg"])
def test_a_part_is_that_of_the_whole_whoever_decodes_it(tmp_path: Path, compression: str | None) -> None:
    """Lossless samples are cut out by tifffile, those of a JPEG are decoded by Pillow, which gives others."""
    path = tmp_path / "a.tif"
    Image.fromarray(COLOUR).save(path, compression=compression)
    assert TIFF.read_region is not None
    whole, part = TIFF.read(path), TIFF.read_region(path, Region(((5, 25), (8, 31))))
    assert np.array_equal(part.colour, whole.colour[5:25, 8:31])
    with Image.open(path) as image:
        assert np.array_equal(whole.colour, np.asarray(image))


@pytest.mark.parametrize(
    ("array", "options", "dtype", "bits"),
    [
        (COLOUR, {}, "u1", None),
        (COLOUR.astype(np.uint16), {}, "u2", None),
        (COLOUR[..., 0].astype(np.uint16), {"bitspersample": 12}, "u2", 12),
        (COLOUR[..., 0].astype(np.float32), {}, "f4", None),
        (COLOUR[..., 0].astype(np.int16), {}, "i2", None),
        (RNG.integers(0, 9, (30, 40, 5)).astype(np.uint8), {"extrasamples": (0, 0), "photometric": "rgb"}, "u1", None),
    ],
)
def test_the_header_is_that_of_the_samples(
    tmp_path: Path, array: np.ndarray, options: dict[str, Any], dtype: str, bits: int | None
) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, array, metadata=None, **options)
    header, samples = TIFF.header(path), TIFF.read(path)
    channels = array.shape[2] if array.ndim == 3 else 1
    assert (header.shape, header.dtype, header.bits) == ((30, 40, channels), np.dtype(dtype), bits)
    assert np.array_equal(samples.colour.reshape(array.shape), array)
    assert samples.colour.dtype == header.dtype


def test_pictures_are_read_as_stored(tmp_path: Path) -> None:
    """Pillow turns TIFF files, and no other ones, by their orientation."""
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, COLOUR, metadata=None, extratags=[(274, 3, 1, 6, True)])
    assert np.array_equal(TIFF.read(path).colour, COLOUR)
    assert TIFF.header(path).shape == (30, 40, 3)


@pytest.mark.parametrize("kind", ["i2", "i4", "f4", "u2"])
def test_compressed_numbers_are_the_same_in_both_orders_of_bytes(tmp_path: Path, kind: str) -> None:
    """Pillow swaps the bytes of those that are not unsigned."""
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, COLOUR[..., 0].astype(f">{kind}"), metadata=None, byteorder=">", compression="lzw")
    assert np.array_equal(TIFF.read(path).colour[..., 0], COLOUR[..., 0])


def test_it_is_known_in_both_orders_of_bytes_and_both_sizes() -> None:
    assert all(TIFF.sniff(mark + bytes(28)) for mark in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"))
    assert not TIFF.sniff(b"II*\1" + bytes(28))
