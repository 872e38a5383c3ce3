import pytest
import torch
from safetensors.torch import load_file

from preimage import zoo
from preimage.datasets import load_images
from preimage.models import UNetGenerator
from preimage.training import TrainingSession
from preimage.training.recipes.fill import FillRecipe

TINY = FillRecipe(widths=(4, 4), steps=6, patch=16, bfloat16=False)


def test_the_seed_decides_the_start_and_the_global_generator_is_left_alone():
    before = torch.get_rng_state()
    starts = [recipe.network().head.weight for recipe in (TINY, TINY, FillRecipe(widths=(4, 4), seed=1))]
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(starts[0], starts[1])
    assert not torch.equal(starts[0], starts[2])


def test_pixels_seen_are_one_share_in_all_channels():
    image = [torch.full((3, 128, 128), 128, dtype=torch.uint8)]
    shares = []
    for step in range(40):
        x, seen = FillRecipe(channels=3).batch(image, step)
        assert (x.shape, seen.shape) == ((1, 3, 128, 128), (1, 1, 128, 128))
        assert torch.equal(seen, seen.square())
        shares.append(float(seen.mean()))
    assert 0.18 < min(shares) < 0.3
    assert 0.8 < max(shares) < 0.92
    assert torch.equal(FillRecipe().batch(image, 7)[1], FillRecipe().batch(image, 7)[1])


def test_only_missing_pixels_are_learned_from(photographs):
    """Pixels that are seen may be anything in what is drawn."""
    x, seen = TINY.batch(load_images(photographs, 1), 3)
    told = [
        float(TINY.loss(lambda shown, value=value: x + 0.5 * (1 - seen) + value * seen, (x, seen), 3))
        for value in (0.0, 5.0)
    ]
    assert told == pytest.approx([0.25, 0.25])


def test_training_resumes_and_writes_weights_that_load(photographs, tmp_path):
    TINY.train(TrainingSession(photographs, tmp_path / "whole"))
    for _ in range(6):
        TINY.train(TrainingSession(photographs, tmp_path / "cut", time_budget=0.0))
    whole, cut = (load_file(tmp_path / name / "fill.safetensors") for name in ("whole", "cut"))
    assert all(torch.equal(whole[key], cut[key]) for key in whole)
    network = zoo.load_file(tmp_path / "cut" / "fill.safetensors", UNetGenerator(2, 1, TINY.widths))
    assert network(torch.rand(1, 2, 8, 8)).shape == (1, 1, 8, 8)
