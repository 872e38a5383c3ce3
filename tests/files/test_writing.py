import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from preimage.errors import ImageFileError
from preimage.files.containers.tags import Tag, block_of
from preimage.files.formats.table import FORMATS
from preimage.files.metadata.carried import Metadata, Own
from preimage.files.samples.samples import Samples
from preimage.files.samples.scale import SampleScale, full_scale
from preimage.files.writing import fit_metadata, rounding_notes, write_samples

PNG, JPEG, TIFF = (next(format for format in FORMATS if format.name == name) for name in ("PNG", "JPEG", "TIFF"))
RGBA = np.random.default_rng(0).integers(0, 256, (5, 7, 4)).astype(np.uint8)


def test_the_suffix_tells_the_format(tmp_path: Path) -> None:
    for name, kind in (("a.png", "PNG"), ("a.bmp", "BMP"), ("a.webp", "WEBP"), ("a.tiff", "TIFF")):
        assert write_samples(tmp_path / name, Samples("PNG", RGBA[..., :3])) == []
        with Image.open(tmp_path / name) as image:
            assert image.format == kind
    with pytest.raises(ImageFileError, match="xyz"):
        write_samples(tmp_path / "a.xyz", Samples("PNG", RGBA[..., :3]))


def test_a_file_that_exists_stays_unless_it_may_go(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"mine")
    with pytest.raises(ImageFileError, match="exist"):
        write_samples(path, Samples("PNG", RGBA[..., :3]))
    assert path.read_bytes() == b"mine"
    write_samples(path, Samples("PNG", RGBA[..., :3]), overwrite=True)
    assert np.array_equal(np.asarray(Image.open(path)), RGBA[..., :3])


def test_transparency_of_nothing_is_left_out_of_a_jpeg_and_named(tmp_path: Path) -> None:
    opaque = Samples("PNG", RGBA[..., :3], np.full((5, 7), 255, np.uint8))
    (note,) = write_samples(tmp_path / "a.jpg", opaque)
    assert note == "left out of the JPEG file, which cannot hold it: transparency, of which there is none"
    with pytest.raises(ImageFileError, match="transparency"):
        write_samples(tmp_path / "b.jpg", Samples("PNG", RGBA[..., :3], RGBA[..., 3]))
    assert not (tmp_path / "b.jpg").exists()


def test_what_a_format_does_not_hold_is_named() -> None:
    own = (Own("PNG", "gAMA", b"x"), Own("JPEG", "APP13", b"y", "segment"))
    told = Metadata(b"II*\0\xff\xff\0\0", own=own, left_out=("a preview",))
    kept, notes = fit_metadata(told, PNG)
    assert (kept.exif, kept.own) == (b"", own[:1])
    assert notes == [
        "left out of the PNG file, which cannot hold it: EXIF, which is damaged, JPEG segment APP13",
        "left out, because it belongs to the pixels of the input: a preview",
    ]
    exif = block_of([Tag(274, 3, 1, struct.pack("<H", 1))])
    assert fit_metadata(Metadata(exif), TIFF) == (Metadata(exif), [])


def test_rounding_is_told_with_the_range() -> None:
    deep = np.dtype(np.uint16)
    assert rounding_notes(PNG, deep, full_scale(deep)) == []
    (note,) = rounding_notes(JPEG, deep, full_scale(deep))
    assert note == "JPEG holds 8 bits a sample at most: the uint16 samples were rounded to 8 bits"
    assert isinstance(full_scale(deep), SampleScale)
