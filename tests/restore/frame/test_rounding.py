import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import convolve

from preimage.files.samples.sampling import Sampling
from preimage.restore import deblur, read_kernel, superresolve
from preimage.restore.frame.sigma import rounding_level


def scene(size):
    rows, columns = np.mgrid[:size, :size]
    return 0.5 + 0.3 * np.sin(rows * columns / 300) * (columns > 40) + 0.15 * ((rows // 12 + columns // 9) % 2)


def saved(path, picture, quality):
    Image.fromarray(np.clip(np.rint(255 * picture), 0, 255).astype(np.uint8)).save(path, quality=quality)
    return path


@pytest.mark.parametrize("noise", [0, 3])
@pytest.mark.parametrize("quality", [25, 50, 75, 90, 95])
def test_deblurring_a_jpeg_makes_it_better(tmp_path, quality, noise):
    kernel = read_kernel("disk:3").numpy().astype(float)
    blurred = convolve(scene(112), kernel) + np.random.default_rng(0).normal(0, noise / 255, (112, 112))
    file = saved(tmp_path / "b.jpg", blurred[16:-16, 16:-16], quality)
    restored, truth = deblur(file, "disk:3"), scene(112)[16:-16, 16:-16]
    before = np.asarray(Image.open(file)) / 255 - truth
    after = restored.image.to_array()[..., 0] / 255 - truth
    assert np.square(after).mean() < 0.9 * np.square(before).mean()
    if noise == 0:
        assert "JPEG" in restored.record.degradation
        assert any("quantisation table" in note for note in restored.record.notes)


@pytest.mark.parametrize("quality", [25, 50, 75, 90])
def test_enlarging_a_jpeg_is_as_good_as_interpolation(tmp_path, quality):
    truth = scene(64)
    small = truth.reshape(32, 2, 32, 2).mean((1, 3))
    file = saved(tmp_path / "s.jpg", small, quality)
    bicubic = np.asarray(Image.open(file).resize((64, 64), Image.Resampling.BICUBIC)) / 255 - truth
    restored = superresolve(file, 2).image.to_array()[..., 0] / 255 - truth
    assert np.square(restored).mean() < np.square(bicubic).mean() * 10 ** (0.1 / 10)


def test_the_least_level_is_that_of_rounding():
    assert rounding_level(Sampling()) == 0
    assert rounding_level(Sampling(1 / 255)) == pytest.approx(1 / 255 / 12**0.5)
    assert rounding_level(Sampling(1 / 255, (4,) * 64)) == pytest.approx(2 / 255)
    assert rounding_level(Sampling(1 / 255, (20,) * 64)) == pytest.approx(4 / 255)
    assert rounding_level(Sampling(1 / 255, (200,) * 64)) == pytest.approx(10 / 255)
