import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from preimage import zoo
from preimage.denoisers import NoiseLevelNetwork
from preimage.training import TrainingSession
from preimage.training.recipes.noise_level.contents import content, mosaic
from preimage.training.recipes.noise_level.noises import degrade
from preimage.training.recipes.noise_level.recipe import NoiseLevelRecipe

COVERS = [
    "preimage.training.recipes.noise_level.recipe",
    "preimage.training.recipes.noise_level.contents",
    "preimage.training.recipes.noise_level.noises",
]

TINY = NoiseLevelRecipe(steps=3, crops=2, sizes=(12, 20))


def pictures():
    return [np.random.default_rng(i).integers(0, 256, (64, 80, 3), np.uint8) for i in range(2)]


def test_contents_are_pictures_of_many_kinds():
    made = [content(pictures(), 24, np.random.default_rng(seed)) for seed in range(60)]
    assert all(x.shape == (24, 24, 3) and x.min() >= 0 and x.max() <= 1 for x in made)
    colours = [len(np.unique(x.reshape(-1, 3), axis=0)) for x in made]
    assert min(colours) < 20  # drawings
    assert max(colours) > 500  # photographs


def test_a_mosaic_takes_one_colour_a_sample():
    picture = np.random.default_rng(0).random((8, 8, 3))
    for seed in range(8):
        samples = mosaic(picture, np.random.default_rng(seed))
        ratio = samples / picture  # of each colour: its gain in one phase, something else in the others
        for row in (0, 1):
            for column in (0, 1):
                spread = ratio[row::2, column::2].std((0, 1))
                assert spread.min() < 1e-12 < spread.max()


def test_the_level_is_that_of_the_noise():
    clean, off = np.full((64, 64, 1), 0.5), []
    for seed in range(200):
        picture, level = degrade(clean, np.random.default_rng(seed))
        inside = picture[20:44, 20:44]  # no frame
        if 3 / 255 < level < 0.1:
            off.append(float(inside.std()) / level)
        elif level == 0:
            assert np.abs(inside - 0.5).max() < 2 / 255
    assert np.median(off) == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_step_draws_the_same_again(channels):
    x, levels = NoiseLevelRecipe(channels=channels, crops=3, sizes=(16, 24)).batch(pictures(), 5)
    again, _ = NoiseLevelRecipe(channels=channels, crops=3, sizes=(16, 24)).batch(pictures(), 5)
    assert x.shape[:2] == (3, channels)
    assert levels.shape == (3,)
    assert torch.equal(x, again)


def test_training_resumes_and_writes_weights_that_load(photographs, tmp_path):
    TINY.train(TrainingSession(photographs, tmp_path / "whole"))
    for _ in range(3):
        TINY.train(TrainingSession(photographs, tmp_path / "cut", time_budget=0.0))
    whole, cut = (load_file(tmp_path / name / "noise-level.safetensors") for name in ("whole", "cut"))
    assert all(torch.equal(whole[key], cut[key]) for key in whole)
    network = zoo.load_file(tmp_path / "cut" / "noise-level.safetensors", TINY.network())
    assert isinstance(network, NoiseLevelNetwork)
