import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from preimage.errors import ImageFileError
from preimage.files.formats.pillow import decode, image_header, image_metadata, make_image, save_options
from preimage.files.metadata.carried import Metadata
from preimage.files.samples.samples import Samples

RGB = np.random.default_rng(0).integers(0, 256, (5, 7, 3)).astype(np.uint8)


def reopened(image: Image.Image, format: str = "PNG", **options: Any) -> Image.Image:
    file = io.BytesIO()
    image.save(file, format, **options)
    return Image.open(file)


def decoded(image: Image.Image) -> Samples:
    return decode(image, Path("a.png"), "PNG", Metadata)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "RGB", "RGBA", "P", "I;16"])
def test_header_and_samples_agree_in_every_mode(mode: str) -> None:
    source = Image.fromarray(RGB[..., 0].astype(np.uint16) * 257) if mode == "I;16" else Image.fromarray(RGB)
    image = reopened(source if mode == "I;16" else source.convert(mode))
    header, samples = image_header(image), decoded(image)
    joined = samples.joined()
    assert header.shape == joined.shape
    assert header.dtype == joined.dtype
    assert samples.palette == (mode == "P")
    wanted = np.asarray(image.convert("RGB") if mode == "P" else image)
    assert np.array_equal(joined, wanted.reshape(joined.shape))


def test_a_colour_that_stands_for_nothing_becomes_transparency() -> None:
    grey = Image.fromarray(np.array([[7, 8], [9, 7]], np.uint8))
    samples = decoded(reopened(grey, transparency=7))
    assert samples.colour[..., 0].tolist() == [[7, 8], [9, 7]]
    assert samples.alpha is not None
    assert samples.alpha.tolist() == [[0, 255], [255, 0]]


def test_other_colour_models_are_refused() -> None:
    with pytest.raises(ImageFileError, match=r"must be grey or RGB, got a\.png in mode CMYK"):
        decoded(reopened(Image.fromarray(RGB).convert("CMYK"), "JPEG"))


def test_what_is_made_is_what_was_given() -> None:
    assert np.array_equal(np.asarray(make_image(Samples("PNG", RGB))), RGB)
    clear = make_image(Samples("PNG", RGB[..., :1], RGB[..., 1]))
    assert clear.mode == "LA"
    assert np.array_equal(np.asarray(clear), RGB[..., :2])
    bits = Samples("PNG", RGB[..., :1] > 99)
    assert (make_image(bits).mode, make_image(bits, bits=False).mode) == ("1", "L")
    few = Samples("PNG", RGB // 128 * 255, palette=True)
    assert (make_image(few).mode, make_image(few, palette=True).mode) == ("RGB", "P")


def test_metadata_go_through() -> None:
    told = Metadata(b"II*\0block", b"icc", (72.0, 36.0))
    assert save_options(told) == {"dpi": (72.0, 36.0), "icc_profile": b"icc", "exif": b"Exif\0\0II*\0block"}
    image = reopened(Image.fromarray(RGB), "JPEG", **save_options(told))
    assert image_metadata(image, image.info["dpi"]) == told
