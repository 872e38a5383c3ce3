import pytest
import torch

from preimage import zoo
from preimage.training.recipes.blind import BlindColorRecipe, BlindGreyRecipe


@pytest.mark.parametrize("recipe", [BlindColorRecipe(), BlindGreyRecipe()], ids=["color", "grey"])
def test_it_starts_as_the_network_for_white_noise(recipe):
    name = {1: "drunet-grey-compact", 3: "drunet-color-compact"}[recipe.channels]
    shipped = zoo.load_denoiser(name).state_dict()
    assert all(torch.equal(value, shipped[key]) for key, value in recipe.network().state_dict().items())


def test_every_weight_has_one_optimizer():
    recipe = BlindColorRecipe(widths=(4, 4, 4, 4), blocks=1, start="")
    network = recipe.network()
    owned = [id(p) for opt in recipe.rule(network).optimizers for group in opt.param_groups for p in group["params"]]
    assert sorted(owned) == sorted(id(p) for p in network.parameters())


def test_the_loss_is_robust_at_first_and_each_crops_error_at_last():
    recipe = BlindColorRecipe(steps=10, rms_from=0.5, bfloat16=False)

    def network(noisy, told):
        return noisy + told.reshape(-1, 1, 1, 1)

    x, told = torch.rand(2, 3, 4, 4), torch.tensor([0.1, 0.3])
    error = torch.tensor([[0.1], [0.3]]).expand(2, 48)
    for step, expected in ((4, error.abs().mean()), (5, error.square().mean(1).sqrt().mean())):
        torch.testing.assert_close(recipe.loss(network, (x, x, told), step), expected, rtol=1e-5, atol=1e-6)
