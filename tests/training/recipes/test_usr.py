import pytest
import torch
from safetensors.torch import load_file

from preimage import zoo
from preimage.models import ResidualUSRNet
from preimage.physics import Downsampling, GaussianNoise
from preimage.training import TrainingSession
from preimage.training.recipes import usr
from preimage.training.recipes.usr import USRRecipe

TINY = USRRecipe(
    widths=(4, 4, 4, 4), blocks=1, unrolled=2, start="", steps=4, crops=2, patch=12, kernel=7, bfloat16=False
)


@pytest.fixture
def unfitted(monkeypatch):
    """Networks whose numbers are those drawn, for to fit them to DPIR's takes seconds for each network."""
    monkeypatch.setattr(usr, "_fit_numbers", lambda numbers, steps, sigma_max: None)


def images(channels=3, side=120):
    return [torch.randint(0, 256, (channels, side, side), dtype=torch.uint8)]


def test_numbers_start_from_those_of_dpir():
    network = TINY.network()
    for sigma in (0.01, 0.04, 0.09):
        with torch.no_grad():
            alpha, beta = network.h(torch.tensor([sigma]), 2.0)
        torch.testing.assert_close(alpha, 0.23 * sigma**2 / beta**2, rtol=0.3, atol=0)
        assert float(beta[0, 0]) == pytest.approx(30 / 255, rel=0.15)
        assert float(beta[0, -1]) == pytest.approx(sigma, rel=0.15)


def test_measurements_are_those_of_the_physics_inside_the_window():
    seen = set()
    for step in range(12):
        recipe = USRRecipe(sigma_max=0.0, grey=0.5)
        clean, kernels, y, sigma, periodic = recipe.batch(images(), step)
        factor = clean.shape[-1] // y.shape[-1]
        expected = Downsampling(kernels, factor).A(clean)
        window = recipe._window(factor)
        torch.testing.assert_close(window.of(y), window.of(expected))
        torch.testing.assert_close(y[periodic], expected[periodic])
        assert (window.height, window.full_height) == (72 // factor, 96 // factor)
        assert float(sigma.max()) == 0
        seen.add(factor)
    assert seen == {1, 2, 3, 4}


def test_grey_crops_have_the_same_noise_in_all_channels():
    clean, _, y, _, _ = USRRecipe(grey=1.0).batch(images(), 0)
    for x in (clean, y):
        assert torch.equal(x, x[:, :1].expand_as(x))
    clean, _, y, _, _ = USRRecipe(grey=0.0).batch(images(), 0)
    assert not torch.equal(y[:, 0], y[:, 1])


def test_what_is_outside_the_window_is_not_learned_from():
    recipe = USRRecipe(crops=2, unrolled=1)
    batch = recipe.batch(images(), 0)
    clean, kernels, y, sigma, _ = batch
    outside = torch.ones_like(clean)
    outside[..., 12:-12, 12:-12] = 0
    for periodic, is_lost in ((False, True), (True, False)):
        flags = torch.tensor([periodic] * 2)
        loss = recipe.loss(lambda y, physics: clean + 0.5 * outside, (clean, kernels, y, sigma, flags), 10**6)
        assert (float(loss) < 1e-3) == is_lost
        same = recipe.loss(lambda y, physics: clean + 0.5, (clean, kernels, y, sigma, flags), 10**6)
        assert float(same) == pytest.approx(0.5, rel=1e-3)


@pytest.mark.usefixtures("unfitted")
def test_every_weight_has_one_optimizer():
    network = TINY.network()
    for recipe in (TINY, USRRecipe(muon_rate=0.0)):
        owned = [
            id(p) for opt in recipe.rule(network).optimizers for group in opt.param_groups for p in group["params"]
        ]
        assert sorted(owned) == sorted(id(p) for p in network.parameters())


@pytest.mark.usefixtures("unfitted")
def test_training_resumes_to_the_bit_and_writes_weights_that_load(photographs, tmp_path):
    TINY.train(TrainingSession(photographs, tmp_path / "whole"))
    for _ in range(4):
        TINY.train(TrainingSession(photographs, tmp_path / "cut", time_budget=0.0))
    whole, cut = (load_file(tmp_path / name / "usr-color.safetensors") for name in ("whole", "cut"))
    assert all(torch.equal(whole[key], cut[key]) for key in whole)
    network = zoo.load_file(tmp_path / "cut" / "usr-color.safetensors", ResidualUSRNet(3, TINY.widths, 1, 2))
    physics = Downsampling(torch.ones(3, 3) / 9, 2, noise=GaussianNoise(0.01))
    assert network(torch.rand(1, 3, 8, 9), physics).shape == (1, 3, 16, 18)


def test_all_of_a_network_may_be_where_it_starts():
    network, shipped = USRRecipe(whole="usr-color").network(), zoo.load_reconstructor("usr-color").state_dict()
    assert all(torch.equal(value, shipped[key]) for key, value in network.state_dict().items())


def test_small_levels_are_drawn_more_often_with_a_larger_power():
    means = [
        float(torch.cat([USRRecipe(noise_power=power).batch(images(), step)[3] for step in range(6)]).mean())
        for power in (1.0, 4.0)
    ]
    assert means[1] < 0.6 * means[0]
