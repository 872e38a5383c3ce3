import numpy as np
import pytest
from PIL import Image
from skimage.color import rgb2gray

from preimage.datasets import load_images
from preimage.errors import ImageFileError
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
    Image.fromarray(ramp).save(tmp_path / "a.png")
    for channels in (1, 3):
        (image,) = load_images(tmp_path, channels)
        assert np.abs(image[0].numpy() - ramp / 257).max() <= 0.5
