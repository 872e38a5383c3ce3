from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from preimage import zoo
from preimage.datasets import load_images
from preimage.models import RAM
from preimage.physics import Denoising
from preimage.training import TrainingSession
from preimage.training.recipes.ram import RAMRecipe
from preimage.training.recipes.ram.recipe import complex_images

TINY = RAMRecipe(widths=(4, 4, 4, 4), blocks=1, stages=2, hidden=4, start="", steps=3, crops=1)


@pytest.fixture
def photographs(tmp_path):
    """A folder of two colour pictures of noise, larger than the largest crop."""
    folder, draw = tmp_path / "photographs", np.random.default_rng(0)
    folder.mkdir()
    for index in range(2):
        Image.fromarray(draw.integers(0, 256, (99, 97, 3), dtype=np.uint8)).save(folder / f"{index}.png")
    return folder


def test_the_seed_decides_kinds_and_batches(photographs):
    images = load_images(photographs, 3)
    kinds = {(type(k.problem).__name__, k.channels) for k in map(TINY.kind, range(120))}
    assert len(kinds) >= 12
    for step in (3, 5):
        first, again = TINY.batch(images, step), TINY.batch(images, step)
        assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
        assert len(first[0]) == len(first[1]) == 1
    assert RAMRecipe(seed=1).kind(3) != RAMRecipe(seed=2).kind(3)


def test_it_starts_from_the_denoisers_that_ship():
    network = RAMRecipe().network()
    for part, name in ((network.grey, "drunet-grey-compact"), (network.color, "drunet-color-compact")):
        shipped = zoo.load_denoiser(name).state_dict()
        assert all(torch.equal(value, shipped[key]) for key, value in part.core.state_dict().items())


def test_larger_images_come_in_smaller_batches(photographs):
    recipe = replace(TINY, crops=4)
    step = next(step for step in range(99) if recipe.kind(step).side == 96)
    assert len(recipe.batch(load_images(photographs, 3), step)[0]) == 1


def test_the_loss_is_the_logarithm_of_the_error(photographs):
    step = next(step for step in range(99) if TINY.kind(step).channels == 2)
    batch = TINY.batch(load_images(photographs, 3), step)
    off = torch.tensor([0.1, 0.02]).reshape(2, 1, 1, 1)
    value = TINY.loss(lambda y, physics: batch[0] + off * 1j, batch, step)
    assert float(value) == pytest.approx(float(off.log().mean()), abs=3e-3)


def test_complex_images_keep_the_modulus_and_turn_smoothly():
    modulus = torch.rand(2, 1, 64, 64) + 0.1
    x = complex_images(modulus, torch.Generator().manual_seed(0))
    torch.testing.assert_close(x.abs(), modulus)
    turn = (x / modulus)[..., 1:] / (x / modulus)[..., :-1]
    assert float(turn.angle().abs().max()) < 0.5
    assert not torch.allclose(x[0] / modulus[0], x[1] / modulus[1], atol=0.1)


def test_training_resumes_and_writes_weights_that_load(photographs, tmp_path):
    TINY.train(TrainingSession(photographs, tmp_path / "whole"))
    for _ in range(3):
        TINY.train(TrainingSession(photographs, tmp_path / "cut", time_budget=0.0))
    whole, cut = (load_file(tmp_path / name / "ram.safetensors") for name in ("whole", "cut"))
    assert all(torch.equal(whole[key], cut[key]) for key in whole)
    model = zoo.load_file(tmp_path / "cut" / "ram.safetensors", RAM((4, 4, 4, 4), 1, 2, hidden=4))
    assert model(torch.rand(1, 3, 9, 8), Denoising()).shape == (1, 3, 9, 8)
