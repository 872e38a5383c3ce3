import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import convolve

from preimage.files.sampling import Sampling
from preimage.restore import deblur, read_kernel
from preimage.restore.sigma import rounding_level


@pytest.mark.parametrize("noise", [0, 3])
def test_deblurring_a_jpeg_makes_it_better(tmp_path, noise):
    kernel = read_kernel("disk:3").numpy().astype(float)
    rows, columns = np.mgrid[:112, :112]
    scene = 0.5 + 0.3 * np.sin(rows * columns / 300) * (columns > 40) + 0.15 * ((rows // 12 + columns // 9) % 2)
    blurred = convolve(scene, kernel) + np.random.default_rng(0).normal(0, noise / 255, scene.shape)
    given = np.clip(np.rint(255 * blurred[16:-16, 16:-16]), 0, 255).astype(np.uint8)
    Image.fromarray(given).save(tmp_path / "b.jpg", quality=95)
    restored = deblur(tmp_path / "b.jpg", "disk:3")
    truth = scene[16:-16, 16:-16]
    before = np.asarray(Image.open(tmp_path / "b.jpg")) / 255 - truth
    after = restored.image.to_array()[..., 0] / 255 - truth
    assert np.square(after).mean() < 0.9 * np.square(before).mean()
    if noise == 0:
        assert "JPEG" in restored.record.degradation
        assert any("quantisation table" in note for note in restored.record.notes)


def test_the_least_level_is_that_of_rounding():
    assert rounding_level(Sampling()) == 0
    assert rounding_level(Sampling(1 / 255)) == pytest.approx(1 / 255 / 12**0.5)
    assert rounding_level(Sampling(1 / 255, (4,) * 64)) == pytest.approx(2 / 255)
