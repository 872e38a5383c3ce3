import sys

import pytest
import torch
from safetensors.torch import load_file

from preimage import zoo
from preimage.models import UNet
from preimage.training.fit import FitResult
from preimage.training.recipes import fill
from preimage.training.recipes.fill import FillRecipe, fill_network, masked_crop, train_fill

TINY = FillRecipe(widths=(4, 4), steps=6, patch=16, bfloat16=False)


def test_the_seed_decides_the_start_and_the_global_generator_is_left_alone():
    before = torch.get_rng_state()
    starts = [fill_network(recipe).head.weight for recipe in (TINY, TINY, FillRecipe(widths=(4, 4), seed=1))]
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(starts[0], starts[1])
    assert not torch.equal(starts[0], starts[2])


def test_pixels_seen_are_one_share_in_all_channels():
    image = [torch.full((3, 128, 128), 128, dtype=torch.uint8)]
    shares = []
    for step in range(40):
        x, seen = masked_crop(image, FillRecipe(channels=3), step)
        assert (x.shape, seen.shape) == ((1, 3, 128, 128), (1, 1, 128, 128))
        assert torch.equal(seen, seen.square())
        shares.append(float(seen.mean()))
    assert 0.18 < min(shares) < 0.3
    assert 0.8 < max(shares) < 0.92
    assert torch.equal(masked_crop(image, FillRecipe(), 7)[1], masked_crop(image, FillRecipe(), 7)[1])


def test_only_missing_pixels_are_learned_from(photographs, tmp_path, monkeypatch):
    """Pixels that are seen may be anything in what is drawn."""
    told = []

    def once(network, loss, *args, **kwargs):
        x, seen = masked_crop(fill.load_images(photographs, 1), TINY, 3)
        for value in (0.0, 5.0):
            told.append(float(loss(lambda z, value=value: x + 0.5 * (1 - seen) + value * seen, 3)))
        return FitResult(1, True, 0.0)

    monkeypatch.setattr(fill, "fit", once)
    train_fill(photographs, tmp_path, TINY)
    assert told == pytest.approx([0.25, 0.25])


def test_training_resumes_and_writes_weights_that_load(photographs, tmp_path):
    train_fill(photographs, tmp_path / "whole", TINY)
    for _ in range(6):
        train_fill(photographs, tmp_path / "cut", TINY, time_budget=0.0)
    whole, cut = (load_file(tmp_path / name / "fill.safetensors") for name in ("whole", "cut"))
    assert all(torch.equal(whole[key], cut[key]) for key in whole)
    network = zoo.load_file(tmp_path / "cut" / "fill.safetensors", UNet(2, 1, TINY.widths))
    assert network(torch.rand(1, 2, 8, 8)).shape == (1, 1, 8, 8)


def test_command_line(photographs, tmp_path, monkeypatch, capsys):
    words = ["fill", "--data", str(photographs), "--out", str(tmp_path / "out"), "--channels", "3", "--steps", "1"]
    monkeypatch.setattr(sys, "argv", words)
    monkeypatch.setattr(fill, "FillRecipe", lambda **fields: FillRecipe(**{**fields, "patch": 16, "widths": (4, 4)}))
    for name in ("channels", "steps", "seed"):
        setattr(fill.FillRecipe, name, getattr(FillRecipe, name))
    fill.main()
    assert "1 steps in" in capsys.readouterr().out
