import torch
from safetensors.torch import load_file

from preimage import zoo
from preimage.denoisers import DRUNet
from preimage.physics import JPEG
from preimage.training import TrainingSession
from preimage.training.recipes.deblock import DeblockRecipe

SIZES = {"widths": (4, 4, 4, 4), "blocks": 1, "start": "", "bfloat16": False}
TINY = DeblockRecipe(steps=4, crops=2, patch=4, **SIZES)


def images(side=140):
    return [torch.randint(40, 216, (3, side, side), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))]


def test_it_starts_as_the_network_for_noise_as_strong_as_the_artefacts():
    x = torch.rand(1, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        expected = zoo.load_denoiser("drunet-color-compact")(x, 0.05 * 0.8)
        torch.testing.assert_close(DeblockRecipe().network()(x, 0.8), expected)


def test_crops_are_compressed_as_told():
    for shares, form in (((1, 0, 0), "4:2:0"), ((0, 1, 0), "4:4:4"), ((0, 0, 1), "4:4:4")):
        recipe = DeblockRecipe(shares=shares, on_grid=1.0, patch=48, crops=3, levels=(0.6, 0.6))
        clean, degraded, level = recipe.batch(images(), 0)
        assert clean.shape == degraded.shape == (3, 3, 48, 48)
        torch.testing.assert_close(level, torch.full((3,), 0.6))
        assert bool((clean[:, :1] == clean).all()) == (shares[2] == 1)
        # On the grid of the blocks, those inside are decoded alike, whatever was cut off.
        again = JPEG(40, form).A(clean)
        torch.testing.assert_close(degraded[..., 16:32, 16:32], again[..., 16:32, 16:32], rtol=0, atol=1.01 / 255)


def test_levels_and_places_vary():
    recipe = DeblockRecipe(patch=16, crops=8, on_grid=0.0)
    _, degraded, level = recipe.batch(images(), 1)
    assert len(level.unique()) > 4
    assert 0.05 <= float(level.min()) <= float(level.max()) <= 0.95
    assert not torch.equal(degraded, recipe.batch(images(), 2)[1])
    assert torch.equal(degraded, recipe.batch(images(), 1)[1])


def test_training_resumes_to_the_bit_and_writes_weights_that_load(photographs, tmp_path):
    TINY.train(TrainingSession(photographs, tmp_path / "whole"))
    for _ in range(4):
        TINY.train(TrainingSession(photographs, tmp_path / "cut", time_budget=0.0))
    whole, cut = (load_file(tmp_path / name / "deblock.safetensors") for name in ("whole", "cut"))
    assert all(torch.equal(whole[key], cut[key]) for key in whole)
    network = zoo.load_file(tmp_path / "cut" / "deblock.safetensors", DRUNet(3, TINY.widths, 1, residual=True))
    assert network(torch.rand(1, 3, 8, 9), 0.1).shape == (1, 3, 8, 9)


def test_scores_are_those_of_three_qualities():
    assert set(TINY.scores(TINY.network(), images(16))) == {"psnr_10", "psnr_40", "psnr_80"}
