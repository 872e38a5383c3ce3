import struct
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from preimage.errors import ImageFileError
from preimage.files.containers.tags import Tag, block_of
from preimage.files.formats.tiff.writing import write_tiff
from preimage.files.metadata.carried import Metadata
from preimage.files.samples.samples import Samples

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("dtype", ["u1", "u2", "u4", "i2", "f4", "f8"])
@pytest.mark.parametrize("channels", [1, 3])
def test_tifffile_reads_the_samples_that_were_written(tmp_path: Path, dtype: str, channels: int) -> None:
    samples = (1000 * RNG.random((9, 7, channels))).astype(dtype)
    write_tiff(tmp_path / "a.tif", Samples("TIFF", samples))
    with tifffile.TiffFile(tmp_path / "a.tif") as file:
        page = file.pages[0]
        assert np.array_equal(page.asarray().reshape(samples.shape), samples)
        assert page.photometric == (2 if channels == 3 else 1)  # pyright: ignore


def test_strips_of_a_large_picture_follow_each_other(tmp_path: Path) -> None:
    samples = RNG.integers(0, 99, (1300, 900, 1)).astype(np.uint8)
    write_tiff(tmp_path / "a.tif", Samples("TIFF", samples))
    with tifffile.TiffFile(tmp_path / "a.tif") as file:
        page = file.pages[0]
        assert len(page.dataoffsets) == 2
        assert np.array_equal(page.asarray(), samples[..., 0])


def test_bits_bands_and_transparency(tmp_path: Path) -> None:
    bits = RNG.random((9, 13, 1)) > 0.5
    write_tiff(tmp_path / "a.tif", Samples("TIFF", bits))
    with Image.open(tmp_path / "a.tif") as image:
        assert image.mode == "1"
        assert np.array_equal(np.asarray(image), bits[..., 0])
    both = RNG.integers(0, 99, (5, 6, 5)).astype(np.uint16)
    write_tiff(tmp_path / "b.tif", Samples("TIFF", both[..., :4], both[..., 4], extras=(0, 2)))
    with tifffile.TiffFile(tmp_path / "b.tif") as file:
        assert tuple(file.pages[0].extrasamples) == (0, 2)  # pyright: ignore
        assert np.array_equal(file.asarray(), both)


def test_few_colours_are_a_table(tmp_path: Path) -> None:
    colours = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 77]], np.uint8)
    picture = colours[RNG.integers(0, 3, (9, 7))]
    write_tiff(tmp_path / "a.tif", Samples("TIFF", picture, palette=True))
    with Image.open(tmp_path / "a.tif") as image:
        assert image.mode == "P"
        assert np.array_equal(np.asarray(image.convert("RGB")), picture)


def test_metadata_are_tags(tmp_path: Path) -> None:
    exif = block_of(
        [Tag(271, 2, 7, b"Camera\0"), Tag(34665, 4, 1, b"", (Tag(33434, 5, 1, struct.pack("<II", 1, 60)),))]
    )
    samples = Samples("TIFF", np.zeros((4, 5, 1), np.uint8), metadata=Metadata(exif, b"profile", (72.0, 36.0), b"<x/>"))
    write_tiff(tmp_path / "a.tif", samples)
    with Image.open(tmp_path / "a.tif") as image:
        assert image.tag_v2[271] == "Camera"
        assert (image.tag_v2[282], image.tag_v2[283], image.tag_v2[34675]) == (72, 36, b"profile")
        assert float(image.getexif().get_ifd(34665)[33434]) == pytest.approx(1 / 60)


def test_more_than_classic_tiff_holds_is_refused(tmp_path: Path) -> None:
    huge = np.broadcast_to(np.zeros((1, 1, 1), np.uint8), (70000, 70000, 1))
    with pytest.raises(ImageFileError, match="over 4 GB"):
        write_tiff(tmp_path / "a.tif", Samples("TIFF", huge))
