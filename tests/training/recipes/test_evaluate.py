import numpy as np
import pytest
import torch

from preimage.denoisers import DnCNN
from preimage.training.recipes.evaluate import denoising_psnr, filling_psnr


def test_noise_left_alone_scores_its_own_level():
    """A network that returns its input leaves clipped, rounded noise; the protocol in plain NumPy."""
    network = DnCNN(3, width=2, depth=2)
    for parameter in network.parameters():
        torch.nn.init.zeros_(parameter)
    clean = np.random.default_rng(1).integers(0, 256, (30, 40, 3), dtype=np.uint8)
    noisy = clean / 255 + np.random.RandomState(0).normal(0, 25 / 255, clean.shape)
    rounded = np.round(np.clip(np.float32(noisy), 0, 1) * 255)
    expected = 10 * np.log10(255**2 / np.mean((rounded - clean) ** 2))
    image = torch.from_numpy(clean).permute(2, 0, 1)
    assert denoising_psnr(network, [image, image], 25 / 255) == pytest.approx(expected, abs=1e-3)


def test_only_missing_pixels_count_as_drawn():
    """A network that draws 0.5 everywhere, on an image of 0.2 without its last rows."""
    image = torch.full((1, 20, 24), 51, dtype=torch.uint8)
    missing = 1 - float((torch.rand(16, 24, generator=torch.Generator().manual_seed(0)) < 0.5).float().mean())

    def draw(z):
        assert torch.equal(z[:, :1], 0.2 * z[:, 1:])
        return torch.full_like(z[:, :1], 0.5)

    expected = -10 * np.log10(0.3**2 * missing)
    assert filling_psnr(draw, [image, image]) == pytest.approx(expected, abs=1e-3)
