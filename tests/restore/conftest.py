import numpy as np
import pytest
import torch
from PIL import Image

from preimage import zoo
from preimage.denoisers import DRUNet
from preimage.denoisers.base import with_trained_range


@pytest.fixture
def picture():
    """A smooth colour picture with some noise, uint8 (37, 45, 3)."""
    rows, columns = np.mgrid[:37, :45]
    base = np.stack([rows * 5 + 20, columns * 4 + 30, 120 + 60 * np.sin(rows / 6) * np.cos(columns / 5)], -1)
    noise = 4 * np.random.default_rng(0).standard_normal(base.shape)
    return np.clip(np.rint(base + noise), 0, 255).astype(np.uint8)


@pytest.fixture
def photograph(tmp_path, picture):
    path = tmp_path / "photo.png"
    Image.fromarray(picture).save(path)
    return path


@pytest.fixture
def tiny(monkeypatch):
    """A small random network in place of the shipped ones, and much faster."""

    def load(name, path=None):
        torch.manual_seed(0)
        network = DRUNet(zoo.describe(name).channels, (2, 2, 2, 2), 1, residual=True)
        for parameter in network.parameters():
            parameter.data *= 0.3
        return with_trained_range(network, 0.0, 55 / 255).eval()

    monkeypatch.setattr(zoo, "load", load)
