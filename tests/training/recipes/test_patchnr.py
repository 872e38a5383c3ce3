import math
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from preimage.optim import PatchFlow
from preimage.training import TrainingSession
from preimage.training.recipes.patchnr import PatchNRRecipe


def banana(step: int) -> torch.Tensor:
    """``(u, v + u^2)`` with standard normal ``u`` and ``v`` of deviation 0.3."""
    noise = torch.randn(256, 2, generator=torch.Generator().manual_seed(step))
    return torch.stack([noise[:, 0], 0.3 * noise[:, 1] + noise[:, 0] ** 2], 1)


@dataclass(frozen=True, kw_only=True)
class Banana(PatchNRRecipe):
    """A recipe whose patches are points of the plane."""

    def images(self, folder):
        return []

    def network(self):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            return PatchFlow(2, self.blocks, self.width)

    def batch(self, images, step):
        return (banana(step),)


def test_a_flow_learns_a_curved_density(tmp_path):
    recipe = Banana(blocks=3, width=16, steps=150, rate=2e-2)
    start = recipe.network()
    held_out = banana(10**6)
    before = float(start.log_prob(held_out).mean().detach())
    flow = recipe.train(TrainingSession(tmp_path, tmp_path)).network
    after = float(flow.log_prob(held_out).mean().detach())
    entropy = math.log(2 * math.pi) + 1 + math.log(0.3)  # the map from (u, v) to the plane keeps areas
    exact = -(held_out[:, 0].square() + ((held_out[:, 1] - held_out[:, 0] ** 2) / 0.3).square()) / 2
    truth = float(exact.mean()) - math.log(2 * math.pi) - math.log(0.3)
    assert truth == pytest.approx(-entropy, abs=0.2)
    assert before < truth - 2
    assert truth - 0.15 < after <= truth + 0.02


def test_patches_have_noise_of_one_grey_level_and_follow_from_the_step():
    images = [torch.full((1, 9, 9), 51, dtype=torch.uint8)]
    recipe = PatchNRRecipe(size=3, crops=50)
    (patches,) = recipe.batch(images, 7)
    assert patches.shape == (50, 9)
    spread = 255 * (patches - 0.2)
    assert float(spread.abs().max()) <= 0.5 + 1e-4
    assert float(spread.square().mean()) == pytest.approx(1 / 12, rel=0.1)
    assert torch.equal(patches, recipe.batch(images, 7)[0])
    assert not torch.equal(patches, recipe.batch(images, 8)[0])


def test_its_weights_load(tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (12, 12), dtype=np.uint8)).save(folder / "0.png")
    out = tmp_path / "run"
    learned = PatchNRRecipe(size=2, width=16, steps=2).train(TrainingSession(folder, out))
    flow = PatchFlow(4, width=16)
    flow.load_state_dict(load_file(learned.weights))
    assert (out / "log.csv").exists()
