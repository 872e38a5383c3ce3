import numpy as np
import pytest
import torch

from preimage.denoisers import DnCNN
from preimage.physics import Denoising
from preimage.training.recipes.evaluate import deblurring_psnr, denoising_psnr, filling_psnr, measured_crops


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


def test_deblurring_is_scored_on_central_crops():
    class Same(torch.nn.Module):
        def forward(self, y, physics):
            return torch.zeros_like(y)

    half = torch.full((1, 50, 40), 51, dtype=torch.uint8)
    assert deblurring_psnr(Same(), [half, half], Denoising(), 32) == pytest.approx(-20 * np.log10(0.2), abs=1e-4)
    ramp = torch.arange(48, dtype=torch.uint8).reshape(1, 6, 8)
    clean, _ = measured_crops([ramp], Denoising(), 4)
    torch.testing.assert_close(clean[0, 0] * 255, ramp[0, 1:5, 2:6].float())
