import numpy as np
import pytest
import torch
from PIL import Image

from preimage import restore
from preimage.blind import light as home
from preimage.blind.light import Light, find_light, fit_light
from tests.blind.test_white_noise import textured


def lit(size=192):
    """Dark and bright parts, grey (size, size), and 60 photons at most."""
    rows, columns = np.mgrid[:size, :size] / size
    x = 0.03 + 0.9 * (0.5 + 0.5 * np.sin(9 * rows + 5 * columns**2)) ** 2
    x[40:90, 60:120] *= 0.3
    return x, np.random.default_rng(0).poisson(60 * x) / 60


def test_noise_of_light_is_seen_and_white_noise_is_not_taken_for_it():
    x, y = lit()
    light = find_light(torch.from_numpy(y)[None], float(np.std(x - y)))
    assert light is not None
    assert light.gain == pytest.approx(1 / 60, rel=0.1)
    white = x + np.random.default_rng(1).normal(0, 0.08, x.shape)
    assert find_light(torch.from_numpy(white)[None], 0.08) is None
    assert find_light(textured(192, 192), 0.01) is None


def test_noise_of_light_is_removed_better_as_such(tmp_path):
    x, y = lit()
    counts = np.rint(60 * y).astype(np.uint16) * 400

    def error(**options):
        restored = restore.denoise(counts, **options)
        return float(np.mean((np.squeeze(restored.image) / (60 * 400) - x) ** 2)), restored.record

    white, _ = error(noise="gaussian")
    given, record = error(noise=f"poisson:{400 / 65535}")
    found, auto = error()
    assert given < 0.8 * white
    assert found < 1.1 * given
    assert "light" in record.degradation
    assert any("brightness" in note for note in auto.notes)


def test_noise_of_light_is_repeated_from_its_record(tmp_path):
    _, y = lit()
    Image.fromarray(np.rint(255 * np.clip(y, 0, 1)).astype(np.uint8)).save(tmp_path / "a.png")
    first = restore.denoise(tmp_path / "a.png")
    assert first.record.resolved["gain"] > 0
    again = restore.repeat(first.record)
    assert np.array_equal(again.image.to_array(), first.image.to_array())


def test_the_level_over_a_picture_is_that_of_the_mean_variance():
    """``gain x + sigma^2`` averaged over the pixels."""
    y = torch.tensor([[[0.1, 0.3], [0.5, 0.7]]])
    assert Light(0.02, 0.05).over(y) == pytest.approx((0.02 * 0.4 + 0.0025) ** 0.5)
    assert Light(0.02, 0.05).over(-y) == pytest.approx(0.05)


def test_the_line_of_a_sensor_is_fitted_where_it_need_not_be_found() -> None:
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:96, :96]
    clean = np.stack([0.3 + 0.2 * np.sin(x / 19) * np.cos(y / 23)] * 4)
    noisy = torch.from_numpy(0.002 * rng.poisson(clean / 0.002) + 0.003 * rng.standard_normal(clean.shape))
    light = fit_light(noisy)
    assert light is not None
    assert abs(light.gain - 0.002) < 0.0006
    assert fit_light(noisy[:1, :32, :32]) is None  # too few pixels


def test_some_of_the_pixels_tell_what_all_of_them_tell(monkeypatch):
    """Every third pixel, here of 262,144: it differs by 1.3 %, and draws of the noise by 1.4 %."""
    x, _ = lit(512)
    draws = [torch.from_numpy(np.random.default_rng(k).poisson(60 * x) / 60)[None] for k in range(4)]

    def gains():
        return np.array([fit_light(y).gain for y in draws])

    whole = gains()
    monkeypatch.setattr(home, "_MOST", 90000)
    some = gains()
    assert not np.array_equal(some, whole)
    assert some.mean() == pytest.approx(whole.mean(), rel=0.02)
    assert some == pytest.approx(whole, rel=0.05)
