import pytest
import torch
import torch.nn.functional as F
from safetensors.torch import load_file

from preimage import zoo
from preimage.models import SubpixelUNet
from preimage.training import TrainingSession
from preimage.training.recipes.sr_blind import SRBlindRecipe

TINY = SRBlindRecipe(
    widths=(4, 4, 4, 4), blocks=1, width=4, depth=1, start="", steps=3, crops=2, patch=16, factor=2, bfloat16=False
)


def images(side=80):
    return [torch.randint(0, 256, (3, side, side), dtype=torch.uint8)]


@pytest.mark.parametrize("factor", [2, 4])
def test_it_starts_as_bicubic_enlargement_with_the_features_of_the_denoiser(factor):
    network = SRBlindRecipe(factor=factor).network()
    y = torch.rand(1, 3, 10, 11, generator=torch.Generator().manual_seed(0))
    bicubic = F.interpolate(y, scale_factor=factor, mode="bicubic", align_corners=False)
    torch.testing.assert_close(network(y), bicubic)
    shipped = zoo.load_denoiser("blind-color").state_dict()
    assert torch.equal(network.m_down2[0].res[0].weight, shipped["m_down2.0.res.0.weight"])
    assert sum(parameter.numel() for parameter in network.parameters()) < 1_000_000


def test_small_pictures_are_of_the_crops():
    recipe = SRBlindRecipe(crops=4, patch=32, sharp=1.0)
    clean, small = recipe.batch(images(), 0)
    assert (clean.shape, small.shape) == ((4, 3, 32, 32), (4, 3, 8, 8))
    torch.testing.assert_close(small.mean((1, 2, 3)), clean.mean((1, 2, 3)), atol=0.02, rtol=0)
    for batch in (recipe.batch(images(), 0), SRBlindRecipe(crops=2, patch=32, sharp=0.0).batch(images(), 1)):
        assert batch[0].shape[-1] == 4 * batch[1].shape[-1]
        assert float(batch[1].min()) >= 0
        assert float(batch[1].max()) <= 1


def test_every_weight_has_one_optimizer():
    network = TINY.network()
    owned = [id(p) for opt in TINY.rule(network).optimizers for group in opt.param_groups for p in group["params"]]
    assert sorted(owned) == sorted(id(p) for p in network.parameters())


def test_training_resumes_to_the_bit_and_writes_weights_that_load(photographs, tmp_path):
    TINY.train(TrainingSession(photographs, tmp_path / "whole"))
    for _ in range(3):
        TINY.train(TrainingSession(photographs, tmp_path / "cut", time_budget=0.0))
    whole, cut = (load_file(tmp_path / name / "sr-blind.safetensors") for name in ("whole", "cut"))
    assert all(torch.equal(whole[key], cut[key]) for key in whole)
    network = SubpixelUNet(3, 2, TINY.widths, 1, 4, 1)
    assert zoo.load_file(tmp_path / "cut" / "sr-blind.safetensors", network)(torch.rand(1, 3, 8, 9)).shape[-1] == 18
