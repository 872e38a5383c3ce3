import numpy as np
import pytest
import torch

from preimage.denoisers import DnCNN
from preimage.training.recipes.evaluate import denoising_psnr


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
