import torch
from safetensors.torch import load_file

from preimage import zoo
from preimage.denoisers import DRUNet
from preimage.training import TrainingSession
from preimage.training.recipes.blind import BlindColorRecipe, BlindGreyRecipe

SIZES = {"widths": (4, 4, 4, 4), "blocks": 1, "start": "", "crops": 2, "patch": 8, "bfloat16": False}
TINY = BlindColorRecipe(steps=4, resize=(1.0, 1.0), **SIZES)


def images(channels, side=180):
    return [torch.randint(40, 216, (channels, side, side), dtype=torch.uint8)]


def test_strengths_are_the_distances_up_to_a_doubt():
    found = []
    for step in range(6):
        recipe = BlindGreyRecipe(patch=24, crops=6, doubt=0.2)
        clean, noisy, strength = recipe.batch(images(1), step)
        assert clean.shape == noisy.shape == (6, 1, 24, 24)
        distance = (noisy - clean).square().mean((1, 2, 3)).sqrt()
        found.append((strength / distance)[distance > 0])
        assert bool((strength[distance == 0] == 0).all())
    ratios = torch.cat(found).log()
    assert 0.1 < float(ratios.std()) < 0.3
    assert float(ratios.abs().max()) <= 0.4 + 1e-5


def test_shares_say_what_is_done_to_the_crops():
    clean, noisy, strength = BlindColorRecipe(shares=(0, 0, 1), patch=16).batch(images(3), 0)
    assert torch.equal(clean, noisy)
    assert float(strength.max()) == 0
    clean, noisy, strength = BlindColorRecipe(shares=(0, 1, 0), patch=64, doubt=0.0).batch(images(3), 0)
    noise = (noisy - clean).flatten(2)
    torch.testing.assert_close(noise.std(2).mean(1), strength, rtol=0.03, atol=1e-4)
    assert float(noise.mean().abs()) < 3e-3  # brightness is kept
    assert float(strength.max()) < 55 / 255


def test_training_resumes_to_the_bit_and_writes_weights_that_load(photographs, tmp_path):
    TINY.train(TrainingSession(photographs, tmp_path / "whole"))
    for _ in range(4):
        TINY.train(TrainingSession(photographs, tmp_path / "cut", time_budget=0.0))
    whole, cut = (load_file(tmp_path / name / "blind-color.safetensors") for name in ("whole", "cut"))
    assert all(torch.equal(whole[key], cut[key]) for key in whole)
    network = zoo.load_file(tmp_path / "cut" / "blind-color.safetensors", DRUNet(3, TINY.widths, 1, residual=True))
    assert network(torch.rand(1, 3, 8, 9), 0.1).shape == (1, 3, 8, 9)


def test_scores_are_those_of_white_noise():
    assert set(TINY.scores(TINY.network(), images(3, 16))) == {"psnr_15", "psnr_25", "psnr_50"}
