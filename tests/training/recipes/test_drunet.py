import pytest
import torch
from safetensors.torch import load_file

from preimage import zoo
from preimage.denoisers import DRUNet
from preimage.training import TrainingSession
from preimage.training.recipes.drunet import DRUNetRecipe

TINY = DRUNetRecipe(widths=(4, 4, 4, 4), blocks=1, steps=6, crops=2, patch=16, bfloat16=False)


@pytest.mark.parametrize("channels", [1, 3])
def test_the_default_is_the_network_of_the_shipped_weights(channels):
    recipe = DRUNetRecipe(channels=channels)
    name = {1: "drunet-grey-compact", 3: "drunet-color-compact"}[channels]
    row, network = zoo.describe(name), recipe.network()
    assert row.arguments == {
        "channels": channels, "widths": list(recipe.widths), "blocks": recipe.blocks, "residual": True,
        "sigma_range": [0.0, recipe.sigma_max],
    }  # fmt: skip
    assert row.sigma_range == (0.0, recipe.sigma_max)
    assert 1.0e6 < sum(p.numel() for p in network.parameters()) < 1.1e6


def test_start_is_orthogonal_small_at_the_end_and_decided_by_the_seed():
    network, again, other = (
        DRUNetRecipe().network(),
        DRUNetRecipe().network(),
        DRUNetRecipe(seed=1).network(),
    )
    head = network.m_head.weight.detach().flatten(1)
    torch.testing.assert_close(head @ head.T, torch.eye(16), atol=1e-5, rtol=0)
    tail = network.m_tail.weight.detach().flatten(1)
    torch.testing.assert_close(tail @ tail.T, 0.04 * torch.eye(1), atol=1e-5, rtol=0)
    assert torch.equal(network.m_body[0].res[0].weight, again.m_body[0].res[0].weight)
    assert not torch.equal(network.m_body[0].res[0].weight, other.m_body[0].res[0].weight)


def test_building_leaves_the_global_generator_alone():
    before = torch.get_rng_state()
    TINY.network()
    assert torch.equal(torch.get_rng_state(), before)


def test_every_weight_has_one_optimizer():
    network = TINY.network()
    owned = [id(p) for opt in TINY.rule(network).optimizers for group in opt.param_groups for p in group["params"]]
    assert sorted(owned) == sorted(id(p) for p in network.parameters())


def test_noise_has_the_level_it_says():
    image = [torch.full((1, 200, 200), 128, dtype=torch.uint8)]
    clean, noisy, sigma = DRUNetRecipe(crops=8, patch=128).batch(image, step=5)
    assert float(sigma.max()) <= 55 / 255
    torch.testing.assert_close((noisy - clean).std((1, 2, 3)), sigma, rtol=0.03, atol=0)
    again = DRUNetRecipe(crops=8, patch=128).batch(image, step=5)
    assert torch.equal(again[1], noisy)


def test_training_resumes_and_writes_weights_that_load(photographs, tmp_path):
    TINY.train(TrainingSession(photographs, tmp_path / "whole"))
    finished = [TINY.train(TrainingSession(photographs, tmp_path / "cut", time_budget=0.0)).finished for _ in range(6)]
    assert finished == [False] * 5 + [True]
    whole, cut = (load_file(tmp_path / name / "drunet.safetensors") for name in ("whole", "cut"))
    assert all(torch.equal(whole[key], cut[key]) for key in whole)
    network = zoo.load_file(tmp_path / "cut" / "drunet.safetensors", DRUNet(1, TINY.widths, TINY.blocks, residual=True))
    assert network(torch.rand(1, 1, 9, 9), 0.1).shape == (1, 1, 9, 9)


def test_scores_of_held_out_images_are_columns_of_the_log(photographs, tmp_path):
    TINY.train(TrainingSession(photographs, tmp_path / "out", validate=photographs))
    assert "psnr_25" in (tmp_path / "out" / "log.csv").read_text()
