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


TOP = 4095  # of twelve bits


def counts_of_camera(photons=20, black=100):
    """What a camera counts: 12 for each photon, and ``black`` without light."""
    x, _ = lit()
    rng = np.random.default_rng(2)
    y = np.rint(12 * rng.poisson(photons * x) + black + rng.normal(0, 8, x.shape)).clip(0).astype(np.uint16)
    return 12 * photons * x + black, y


def test_what_a_camera_gives_without_light_is_found() -> None:
    x, y = counts_of_camera()
    light = find_light(torch.from_numpy(y / TOP).float()[None], float(np.std(x - y)) / TOP)
    assert light is not None
    assert light.gain * TOP == pytest.approx(12, rel=0.1)
    # The noise of the sensor is as that of five counts of light, which nothing tells from black.
    assert light.black * TOP == pytest.approx(100 - 8**2 / 12, abs=6)
    true = 12 * (torch.tensor([100.0, 200.0, 300.0]) - 100) + 64
    assert light.variance(torch.tensor([100.0, 200.0, 300.0]) / TOP) * TOP**2 == pytest.approx(true, rel=0.2, abs=70)


def test_noise_is_removed_above_what_a_camera_gives_without_light() -> None:
    x, y = counts_of_camera()

    def error(noise):
        restored = restore.denoise(y, noise=noise, bits=12)
        return float(np.mean((np.squeeze(restored.image).astype(float) - x) ** 2))

    found, told, without = error("auto"), error(f"poisson:{12 / TOP}@{95 / TOP}"), error(f"poisson:{12 / TOP}")
    assert told < 0.9 * without
    assert found < 1.05 * told


def test_it_is_repeated_with_what_a_camera_gives_without_light(tmp_path) -> None:
    Image.fromarray(counts_of_camera()[1]).save(tmp_path / "a.tif")
    first = restore.denoise(tmp_path / "a.tif", bits=12)
    assert first.record.resolved["black_level"] > 0
    again = restore.repeat(first.record)
    assert np.array_equal(again.image.to_array(), first.image.to_array())


def test_noise_that_grows_a_little_is_seen_where_all_brightness_agrees() -> None:
    """Between a third and all of the light the variance triples, and 1.8 times where the fit looks."""
    x = 0.35 + 0.6 * lit(256)[0]
    rng = np.random.default_rng(4)
    light = find_light(torch.from_numpy(rng.poisson(80 * x) / 80 / 1.25)[None], float(np.sqrt(x.mean() / 80)) / 1.25)
    assert light is not None
    assert light.gain == pytest.approx(1 / 100, rel=0.2)
    even = x + rng.normal(0, 0.08, x.shape)
    assert find_light(torch.from_numpy(even)[None], 0.08) is None


def test_steps_of_eight_bits_are_no_photons() -> None:
    """Texture whose variance happens to grow by a step of the samples a step."""
    x, _ = lit()
    y = x + np.random.default_rng(5).normal(0, 1, x.shape) * np.sqrt(x / 255)
    rounded = torch.from_numpy(np.rint(255 * y.clip(0, 1)) / 255)[None]
    assert find_light(rounded, 1 / 255) is None
    assert find_light(rounded, float(np.sqrt(x.mean() / 255))) is not None


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
