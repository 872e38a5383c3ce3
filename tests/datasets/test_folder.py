import numpy as np
import pytest
from PIL import Image
from skimage.color import rgb2gray

from preimage.datasets import load_images
from preimage.errors import ImageFileError
from preimage.files import ImageFile
from tests.data import DATA, needs_data


def test_sorted_by_name_with_the_channels_asked_for(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (2, 5, 7, 3), dtype=np.uint8)
    Image.fromarray(pixels[0]).save(tmp_path / "b.png")
    Image.fromarray(pixels[1]).save(tmp_path / "a.PNG", format="png")
    (tmp_path / "notes.txt").write_text("not an image")
    color = load_images(tmp_path, 3)
    assert [tuple(image.shape) for image in color] == [(3, 5, 7), (3, 5, 7)]
    assert np.array_equal(color[0].permute(1, 2, 0).numpy(), pixels[1])
    assert [tuple(image.shape) for image in load_images(tmp_path, 1)] == [(1, 5, 7), (1, 5, 7)]


def test_grey_is_601_luma(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    luma = pixels @ np.array([0.299, 0.587, 0.114])
    (grey,) = load_images(tmp_path, 1)
    assert np.abs(grey[0].numpy() - luma).max() <= 1.0
    assert np.abs(grey[0].numpy() - 255 * rgb2gray(pixels)).max() > 1.0  # that one is 709


def test_a_folder_without_images(tmp_path):
    with pytest.raises(ImageFileError, match="must hold images"):
        load_images(tmp_path, 1)


def test_no_folder_and_a_file_that_is_no_image(tmp_path):
    with pytest.raises(ImageFileError, match="which is none"):
        load_images(tmp_path / "nowhere", 1)
    (tmp_path / "a.png").write_text("text")
    with pytest.raises(ImageFileError, match=r"got .*a\.png"):
        load_images(tmp_path, 1)


@needs_data
def test_set12_is_the_published_one():
    images = load_images(DATA / "test" / "Set12", 1)
    assert sorted(tuple(image.shape) for image in images) == 7 * [(1, 256, 256)] + 5 * [(1, 512, 512)]


def test_sixteen_bits_are_scaled_not_clipped(tmp_path):
    ramp = np.arange(0, 65536, 16, dtype=np.uint16).reshape(64, 64)
    ImageFile.from_array(ramp).write(tmp_path / "a.png")
    ImageFile.from_array(np.stack([ramp, ramp.T, ramp], -1)).write(tmp_path / "b.png")  # which Pillow truncates
    ImageFile.from_array(np.stack([ramp, ramp, ramp], -1)).write(tmp_path / "c.tif")
    for channels in (1, 3):
        for image in load_images(tmp_path, channels)[:: 1 if channels == 3 else 2]:
            assert image.shape == (channels, 64, 64)
            assert np.abs(image[0].numpy() - ramp / 257).max() <= 0.5
            assert abs(float(image[0].float().mean()) - ramp.mean() / 257) < 0.01
            assert 0 < float((image[0] == 255).float().mean()) < 0.01


def test_twelve_bits_in_sixteen_are_black_to_white(tmp_path):
    ramp = np.arange(0, 4096, dtype=np.uint16).reshape(64, 64)
    Image.fromarray(ramp).save(tmp_path / "a.png")
    (image,) = load_images(tmp_path, 1)
    assert np.abs(image[0].numpy() - ramp * (255 / 4095)).max() <= 0.5


def test_bytes_are_those_of_pillow(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (60, 70, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    Image.fromarray(pixels).save(tmp_path / "b.jpg", quality=80)
    Image.fromarray(pixels).quantize(64).save(tmp_path / "c.bmp")
    for channels, mode in ((1, "L"), (3, "RGB")):
        for name, image in zip(("a.png", "b.jpg", "c.bmp"), load_images(tmp_path, channels), strict=True):
            with Image.open(tmp_path / name) as opened:
                expected = np.asarray(opened.convert("RGB").convert(mode)).reshape(60, 70, channels)
            assert np.array_equal(image.permute(1, 2, 0).numpy(), expected)


def test_pictures_are_upright(tmp_path):
    exif = Image.Exif()
    exif[274] = 6
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png", exif=exif)
    (image,) = load_images(tmp_path, 3)
    assert np.array_equal(image.permute(1, 2, 0).numpy(), np.rot90(pixels, -1))
