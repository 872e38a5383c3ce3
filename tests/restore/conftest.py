import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from preimage import zoo
from preimage.denoisers import DRUNet
from preimage.models.dip import prior, scales
from preimage.models.sparse import GroupSC, Search
from preimage.restore import ImageFile


@pytest.fixture
def photograph(tmp_path, picture):
    path = tmp_path / "photo.png"
    Image.fromarray(picture).save(path)
    return path


@pytest.fixture
def tiny(monkeypatch):
    """A small random network in place of the shipped ones, and much faster."""

    plain = zoo.load_denoiser

    def load(name, path=None):
        if Path(name).suffix:
            return plain(name, path)
        torch.manual_seed(0)
        network = DRUNet(zoo.describe(name).channels, (2, 2, 2, 2), 1, residual=True, sigma_range=(0.0, 55 / 255))
        for parameter in network.parameters():
            parameter.data *= 0.3
        return network.eval()

    monkeypatch.setattr(zoo, "load_denoiser", load)


_SIGMAS = (5 / 255, 15 / 255, 25 / 255, 50 / 255)
_SPARSE = {
    "groupsc-grey": (1, _SIGMAS), "groupsc-color": (3, _SIGMAS), "groupsc-mosaic": (3, (0.0,)),
    "groupsc-jpeg": (1, (0.6, 0.7, 0.8, 0.9)),
}  # fmt: skip


def small_groupsc(name):
    """A small untrained model with the levels of the weights ``name``."""
    channels, levels = _SPARSE[name]
    return GroupSC(channels, 5, 16, 3, levels, Search(patch_stride=2)).eval()


@pytest.fixture
def sparse(monkeypatch):
    """Small models under the names of the sparse ones, whether or not these ship."""
    describe, load = zoo.describe, zoo.load_denoiser

    def described(name):
        row = describe("drunet-grey-compact")
        return dataclasses.replace(row, name=name, sha256="0" * 64) if name in _SPARSE else describe(name)

    monkeypatch.setattr(zoo, "describe", described)
    monkeypatch.setattr(zoo, "load_denoiser", lambda name: small_groupsc(name) if name in _SPARSE else load(name))


@pytest.fixture
def small_prior(monkeypatch):
    """A small network for every task in the setting fast."""
    monkeypatch.setattr(prior, "SLENDER", scales((8, 8), 2))


@pytest.fixture(scope="module")
def scene():
    """A crop of a photograph that comes with scikit-image, (3, 96, 96)."""
    from skimage import data

    return ImageFile.from_array(np.ascontiguousarray(data.astronaut()[60:156, 180:276])).pixels
