import io

import numpy as np
import pytest
import torch
from PIL import Image

from preimage.blind.white_noise import find_white_noise
from preimage.errors import ArgumentError
from preimage.notation import parse_sigma
from preimage.restore.frame.sigma import describe_sigma


@pytest.mark.parametrize(
    ("text", "value"),
    [("25/255", 25 / 255), ("0.098", 0.098), (" 5 / 255 ", 5 / 255), ("1e-2", 0.01), (0.1, 0.1), ("0", 0)],
)
def test_levels_are_understood(text, value):
    assert parse_sigma(text) == value


def test_auto_is_left_to_the_estimate():
    assert parse_sigma("auto") is parse_sigma("AUTO") is None


@pytest.mark.parametrize("text", ["25", "7.65", "255"])
def test_a_level_of_another_scale_gets_a_hint(text):
    with pytest.raises(ArgumentError, match=f"write {text}/255"):
        parse_sigma(text)


@pytest.mark.parametrize("text", ["", "loud", "1/0", "-0.1", "300", "nan", "inf", "3/2", "1/2/3"])
def test_other_words_are_refused(text):
    with pytest.raises(ArgumentError, match=r"25/255 or 0\.098"):
        parse_sigma(text)


def test_both_units_are_shown():
    assert describe_sigma(25 / 255) == "0.0980 (25.00/255)"


def test_the_level_of_a_noisy_gradient_is_found(rng):
    x = torch.linspace(0.2, 0.8, 96).expand(3, 96, 96) + 0.05 * torch.randn(3, 96, 96, generator=rng)
    assert find_white_noise(x).sigma == pytest.approx(0.05, rel=0.1)


@pytest.mark.parametrize("sigma", [0.0, 15.0])
def test_the_colours_of_a_jpeg_do_not_hide_its_noise(sigma):
    from skimage import data

    clean = data.chelsea()[:256, 100:356]
    noisy = clean + sigma * np.random.default_rng(0).standard_normal(clean.shape)
    file = io.BytesIO()
    Image.fromarray(np.clip(np.rint(noisy), 0, 255).astype(np.uint8)).save(file, "JPEG", quality=95)
    with Image.open(file) as image:
        y = torch.from_numpy(np.asarray(image) / np.float32(255)).permute(2, 0, 1)
    assert 255 * find_white_noise(y).sigma == pytest.approx(sigma, abs=3)
