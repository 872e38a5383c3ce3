import numpy as np
import pytest
import torch
from PIL import Image

from preimage import zoo
from preimage.denoisers import DnCNN
from tests.data import DATA, needs_data
from tests.example import Example

EXAMPLES = {
    DnCNN: [Example(lambda: DnCNN(1, width=4, depth=3), shape=(2, 1, 9, 11))],
}

# dB of the published sigma-25 network on the images of Set12, whose mean the reference implementation gives as 30.4316
PUBLISHED = 30.4316
# The same image by image, of other noise: Zhang et al. 2017, table III, DnCNN-S at 25.
HOUSE, PARROT = 33.06, 29.43


def psnr_of_image(denoiser, path, sigma=25):
    clean = np.array(Image.open(path))
    noise = np.random.RandomState(0).normal(0, sigma / 255, clean.shape)
    noisy = torch.from_numpy(np.float32(clean / 255 + noise))[None, None]
    with torch.no_grad():
        output = denoiser(noisy, sigma / 255)
    rounded = (output.clamp(0, 1) * 255).round()[0, 0].numpy().astype(np.float64)
    return 10 * np.log10(255**2 / np.mean((rounded - clean) ** 2))


@needs_data
@pytest.mark.parametrize(("name", "published"), [("02", HOUSE), ("07", PARROT)])
def test_published_weights_give_about_the_published_psnr_of_an_image(name, published):
    denoiser = zoo.load("dncnn-grey-25", DATA / "weights" / "dncnn_25.safetensors")
    found = psnr_of_image(denoiser, DATA / "test" / "Set12" / f"{name}.png")
    assert found == pytest.approx(published, abs=0.05)


@needs_data
@pytest.mark.slow
def test_published_weights_give_the_published_psnr_on_set12():
    denoiser = zoo.load("dncnn-grey-25", DATA / "weights" / "dncnn_25.safetensors")
    scores = [psnr_of_image(denoiser, path) for path in sorted((DATA / "test" / "Set12").glob("*.png"))]
    assert len(scores) == 12
    assert np.mean(scores) == pytest.approx(PUBLISHED, abs=2e-3)


def test_layer_names_and_size_of_the_published_checkpoint():
    network = DnCNN(1)
    assert list(network.state_dict()) == [f"model.{2 * i}.{part}" for i in range(17) for part in ("weight", "bias")]
    assert sum(p.numel() for p in network.parameters()) == 555_137


def test_zero_weights_leave_the_image(rng):
    network = DnCNN(3, width=4, depth=3)
    for parameter in network.parameters():
        torch.nn.init.zeros_(parameter)
    x = torch.rand(2, 3, 7, 9, generator=rng)
    assert torch.equal(network(x, 0.1), x)


def test_level_is_recorded():
    assert DnCNN(1, sigma=0.2).traits.sigma_range == (0.2, 0.2)
