import pytest
import torch

from preimage import restore
from tests.restore.tasks.gain import gain


def test_denoising_gains(scene, rng):
    noisy = scene + 0.1 * torch.randn(scene.shape, generator=rng)
    restored = restore.denoise(noisy)
    assert restored.record.resolved["sigma"] == pytest.approx(0.1, rel=0.1)
    assert gain(restored.image, noisy, scene) > 5
    grey = noisy.mean(0, keepdim=True)
    assert gain(restore.denoise(grey, sigma=0.06).image, grey, scene.mean(0, keepdim=True)) > 2
