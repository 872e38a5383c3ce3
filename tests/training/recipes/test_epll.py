import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from preimage import zoo
from preimage.denoisers import EPLLDenoiser
from preimage.training import TrainingSession
from preimage.training.recipes.epll import EPLLRecipe
from preimage.training.recipes.evaluate import denoising_psnr
from preimage.training.recipes.ship import compact


@pytest.fixture
def ramps(tmp_path):
    folder = tmp_path / "ramps"
    folder.mkdir()
    for index in range(3):
        pixels = np.add.outer(np.arange(24) * (index + 1), np.arange(20) * (3 - index)).astype(np.uint8)
        Image.fromarray(pixels).save(folder / f"{index}.png")
    return folder


def test_the_default_is_the_mixture_of_the_shipped_weights():
    recipe, row = EPLLRecipe(), zoo.describe("epll-grey")
    sizes = {"channels": recipe.channels, "size": recipe.size, "components": recipe.components}
    assert row.arguments == {**sizes, "sigma_range": [0.0, 55 / 255]}
    assert "preimage train epll --data BSD400" in row.recipe
    network = zoo.load("epll-grey")
    assert isinstance(network, EPLLDenoiser)
    values = torch.linalg.eigvalsh(network.mixture.covariances.double())
    # Patches have no mean: one direction is at the floor, up to the rounding of float32.
    torch.testing.assert_close(values[:, 0], torch.full((100,), recipe.floor).double(), rtol=0.1, atol=0)


def test_patches_have_no_mean_and_follow_from_the_seed():
    images = [torch.arange(100, dtype=torch.uint8).reshape(1, 10, 10)]
    first, again, other = (
        EPLLRecipe(size=4, patches=20).training_patches(images, torch.Generator().manual_seed(seed))
        for seed in (0, 0, 1)
    )
    assert first.shape == (20, 16)
    assert float(first.mean(1).abs().max()) < 1e-6
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_its_weights_are_those_that_ship_can_read(ramps, tmp_path):
    EPLLRecipe(size=4, components=3, patches=300, steps=5).train(TrainingSession(ramps, tmp_path / "run"))
    network = compact(load_file(tmp_path / "run" / "epll.safetensors"))
    assert isinstance(network, EPLLDenoiser)
    assert (network.traits.channels, network.size, len(network.mixture.weights)) == (1, 4, 3)
    images = [torch.from_numpy(np.array(Image.open(ramps / "0.png")))[None]]
    noisy = 20 * np.log10(255 / 25)
    assert denoising_psnr(network, images, 25 / 255) > noisy + 5


def test_colour_is_recognised_by_its_dimension(tmp_path):
    state = EPLLDenoiser.untrained(3, 6, 2).state_dict()
    network = compact(state)
    assert isinstance(network, EPLLDenoiser)
    assert (network.traits.channels, network.size) == (3, 6)
    grey = compact(EPLLDenoiser.untrained(1, 6, 2).state_dict())  # 36 is a multiple of 3, too
    assert (grey.traits.channels, grey.size) == (1, 6)


def test_the_seed_decides_the_mixture(ramps, tmp_path):
    recipe = EPLLRecipe(size=3, components=2, patches=100, steps=3)
    first, again = (recipe.train(TrainingSession(ramps, tmp_path / str(run))).network.mixture for run in range(2))
    assert torch.equal(first.covariances, again.covariances)
