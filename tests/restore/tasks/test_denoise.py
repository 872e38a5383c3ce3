from dataclasses import replace

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


def test_noise_of_cameras_has_a_network_and_other_weights_take_it_octave_by_octave(tmp_path, monkeypatch):
    y = (camera_scene(3, 128) + 0.06 * smeared((3, 128, 128))).clamp(0, 1)
    Image.fromarray((255 * y).round().byte().permute(1, 2, 0).numpy()).save(file := tmp_path / "a.png")
    found = restore.denoise(file)
    named = restore.denoise(file, noise="camera", weights="blind-color")
    octaves = restore.denoise(file, noise="camera", weights="drunet-color-compact")
    assert [one.record.resolved["weights"]["name"] for one in (found, octaves, named)] == [
        "blind-color", "drunet-color-compact", "blind-color",
    ]  # fmt: skip
    pixels = [one.image.to_array() for one in (found, octaves, named)]
    assert np.array_equal(pixels[0], pixels[2])
    assert not np.array_equal(pixels[0], pixels[1])
    # Records of earlier versions name the weights for white noise, and are repeated with them.
    as_then = replace(octaves.record, settings={**octaves.record.settings, "noise": "auto", "weights": None})
    assert np.array_equal(restore.repeat(as_then).image.to_array(), pixels[1])
    monkeypatch.setattr("preimage.restore.methods.denoiser.is_as_of_cameras", lambda noise: False)
    assert np.array_equal(restore.denoise(file).image.to_array(), pixels[1])


def test_pictures_of_a_batch_have_each_the_weights_that_suit_its_noise():
    x = camera_scene(3, 128)
    white = torch.randn(3, 128, 128, generator=torch.Generator().manual_seed(0))
    y = torch.stack([x + 0.06 * smeared((3, 128, 128)), x + 0.06 * white]).clamp(0, 1)
    restored = restore.denoise(y)
    names = [row["name"] for row in restored.record.resolved["weights"]]
    assert names == ["blind-color", "drunet-color-compact"]
    for picture, one in zip(y, restored.image, strict=True):
        torch.testing.assert_close(restore.denoise(picture).image, one, rtol=0, atol=1e-6)
    assert torch.equal(restore.repeat(restored.record, y).image, restored.image)


def test_a_batch_in_which_one_picture_is_grey_is_repeated():
    x = camera_scene(3, 48) * torch.tensor([1.0, 0.7, 0.4])[:, None, None]
    noise = 0.06 * torch.randn(3, 48, 48, generator=torch.Generator().manual_seed(0))
    grey = (camera_scene(1, 48) + noise[:1]).clamp(0, 1).expand(3, -1, -1)
    y = torch.stack([(x + noise).clamp(0, 1), grey])
    restored = restore.denoise(y, noise="gaussian")
    names = [row["name"] for row in restored.record.resolved["weights"]]
    assert names == ["drunet-color-compact", "drunet-grey-compact"]
    assert torch.equal(restore.repeat(restored.record, y).image, restored.image)
