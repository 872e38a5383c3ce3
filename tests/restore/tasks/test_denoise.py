import numpy as np
import pytest
import torch
from PIL import Image

from preimage import restore
from preimage.errors import ArgumentError
from tests.blind.noise.test_estimate import scene as camera_scene
from tests.blind.noise.test_estimate import smeared
from tests.restore.tasks.gain import gain


def test_denoising_gains(scene, rng):
    noisy = scene + 0.1 * torch.randn(scene.shape, generator=rng)
    restored = restore.denoise(noisy)
    assert restored.record.resolved["sigma"] == pytest.approx(0.1, rel=0.1)
    assert gain(restored.image, noisy, scene) > 5
    grey = noisy.mean(0, keepdim=True)
    assert gain(restore.denoise(grey, sigma=0.06).image, grey, scene.mean(0, keepdim=True)) > 2


def test_noise_of_a_camera_is_seen_removed_and_repeated(tmp_path):
    x = camera_scene(3, 128)
    pixels = np.uint8(255 * (x + 0.06 * smeared(x.shape)).clamp(0, 1).permute(1, 2, 0).numpy().round(3))
    file, clean = tmp_path / "a.png", x.permute(1, 2, 0).numpy()
    Image.fromarray(pixels).save(file)

    def error(image):
        return float(np.sqrt(np.mean((image.to_array() / 255 - clean) ** 2)))

    found, white = restore.denoise(file), restore.denoise(file, noise="gaussian")
    assert error(found.image) < 0.4 * 0.06
    assert error(found.image) < 0.6 * error(white.image)
    assert "going on over" in found.record.degradation
    assert found.record.resolved["correlation_length"] > 1.8
    assert white.record.resolved["correlation_length"] == 1
    again = restore.repeat(found.record)
    assert np.array_equal(again.image.to_array(), found.image.to_array())
    half = restore.denoise(file, noise="camera", sigma=found.record.resolved["sigma"] / 2)
    assert 1.2 * error(found.image) < error(half.image) < 0.06


def test_error_maps_are_refused_for_the_noise_of_cameras():
    x = camera_scene(3, 96)
    y = x + 0.06 * smeared(x.shape)
    with pytest.raises(ArgumentError, match="goes on from pixel to pixel"):
        restore.denoise(y, noise="camera", error_map=True)
    assert restore.denoise(torch.full((1, 32, 32), 0.5), noise="camera").record.resolved["correlation_length"] == 1


def test_weights_for_unknown_noise_see_it_as_it_is(monkeypatch):
    def refuse(denoiser, noise):
        raise AssertionError("octave by octave")

    monkeypatch.setattr("preimage.restore.methods.network.camera_denoiser", refuse)
    y = (camera_scene(3, 128) + 0.06 * smeared((3, 128, 128))).clamp(0, 1)
    restored = restore.denoise(y, noise="camera", weights="blind-color")
    assert restored.record.resolved["correlation_length"] > 1.5
    with pytest.raises(AssertionError, match="octave by octave"):
        restore.denoise(y, noise="camera")
