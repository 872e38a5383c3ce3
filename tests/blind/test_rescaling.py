import numpy as np
import pytest
import torch
from PIL import Image

from preimage.blind import find_rescaling
from tests.data import DATA, needs_data


def colours(image):
    return torch.from_numpy(np.array(image)).permute(2, 0, 1) / 255


def scene(size):
    """Noise of a spectrum that falls like that of photographs, uint8 (size, size, 3)."""
    rng = np.random.default_rng(0)
    down, along = np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)
    fall = 1 / np.maximum(np.hypot(down, along), 1 / size)
    waves = np.fft.irfft2(np.fft.rfft2(rng.standard_normal((size, size))) * fall, (size, size))
    pixels = np.clip(128 + 40 * waves / waves.std(), 1, 254)
    return Image.fromarray(np.uint8(pixels)[..., None].repeat(3, 2))


@pytest.mark.parametrize("factor", [1.25, 1.4, 1.7, 2.0])
def test_the_factor_of_an_enlarged_picture_is_found(factor):
    side = round(256 * factor)
    picture = colours(scene(256).resize((side, side), Image.Resampling.BICUBIC))
    for part in (picture, picture[:1], picture[:, 3:, 5:].double()):
        found = find_rescaling(part)
        assert found is not None
        assert found.factor == pytest.approx(side / 256, rel=0.02)
        assert found.cutoff < 0.45


def test_nothing_is_found_in_a_picture_that_was_not_enlarged():
    image = scene(256)
    smaller = scene(512).resize((256, 256), Image.Resampling.BICUBIC)
    for picture in (colours(image), colours(smaller), torch.full((1, 70, 90), 0.5), torch.rand(3, 63, 200)):
        assert find_rescaling(picture) is None


@needs_data
def test_photographs_are_not_accused_and_enlarged_ones_are_recognised():
    for path in sorted((DATA / "test" / "Kodak24").iterdir())[::6]:
        image = Image.open(path).convert("RGB")
        assert find_rescaling(colours(image)) is None
        small = image.crop((0, 0, 320, 240))
        found = find_rescaling(colours(small.resize((640, 480), Image.Resampling.BICUBIC)))
        assert found is not None
        assert found.factor == pytest.approx(2, rel=0.02)
