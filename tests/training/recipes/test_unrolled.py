import pytest
import torch
from safetensors.torch import load_file

from preimage.training import TrainingSession
from preimage.training.recipes.half_precision import HalfPrecision
from preimage.training.recipes.unrolled import UnrolledRecipe

COVERS = ["preimage.training.recipes.half_precision"]

TINY = UnrolledRecipe(unrolled=2, widths=(4, 4, 4, 4), steps=4, crops=2, patch=16, bfloat16=False)


def test_denoisers_start_at_the_level_of_the_recipe():
    recipe = UnrolledRecipe(widths=(4, 4, 4, 4), unrolled=2, level=0.07)
    network, asked = recipe.network(), []
    for prior in network.priors:
        prior.denoiser.network.register_forward_hook(lambda module, inputs, output: asked.append(inputs[1]))
    network(torch.rand(1, 1, 16, 16), recipe.physics())
    torch.testing.assert_close(torch.cat(asked), torch.full((2,), 0.07), rtol=1e-5, atol=0)


def test_networks_differ_from_step_to_step_unless_shared():
    first, second = (prior.denoiser.network.m_head.weight for prior in TINY.network().priors)
    assert not torch.equal(first, second)
    shared = UnrolledRecipe(shared=True).network()
    assert len(shared.priors) == 1
    assert shared.n_steps == 5


def test_half_precision_stays_inside_the_networks():
    recipe, results = UnrolledRecipe(widths=(8, 8, 8, 8), patch=32), []
    _, y = recipe.batch([torch.randint(0, 256, (1, 40, 40), dtype=torch.uint8)], 0)
    for enabled in (True, False):
        network = UnrolledRecipe(widths=recipe.widths, bfloat16=enabled).network()
        results.append(network(y, recipe.physics()))
        results[-1].sum().backward()
        assert network.priors[0].denoiser.network.m_head.weight.grad.dtype == torch.float32
    assert results[0].dtype == torch.float32
    assert not torch.equal(*results)
    torch.testing.assert_close(*results, rtol=0, atol=0.02)


def test_every_weight_has_one_optimizer():
    network = TINY.network()
    owned = [id(p) for opt in TINY.rule(network).optimizers for group in opt.param_groups for p in group["params"]]
    assert sorted(owned) == sorted(id(p) for p in network.parameters())


def test_measurements_are_blurred_with_the_noise_of_the_recipe():
    recipe = UnrolledRecipe(crops=4, patch=64, sigma=0.03)
    clean, y = recipe.batch([torch.randint(0, 256, (1, 90, 90), dtype=torch.uint8)], 3)
    noise = y - recipe.physics().A(clean)
    assert float(noise.std()) == pytest.approx(0.03, rel=0.03)
    assert float(y.std()) < 0.5 * float(clean.std())


def test_training_resumes_and_writes_weights_that_load(photographs, tmp_path):
    TINY.train(TrainingSession(photographs, tmp_path / "whole"))
    for _ in range(4):
        learned = TINY.train(TrainingSession(photographs, tmp_path / "cut", time_budget=0.0))
    whole, cut = (load_file(tmp_path / name / "unrolled.safetensors") for name in ("whole", "cut"))
    assert all(torch.equal(whole[key], cut[key]) for key in whole)
    network = TINY.network()
    network.load_state_dict(cut)
    y = torch.rand(1, 1, 16, 16)
    assert torch.equal(network(y, TINY.physics()), learned.network(y, TINY.physics()))


def test_the_score_is_psnr_of_central_crops():
    image = torch.randint(0, 256, (1, 130, 128), dtype=torch.uint8)
    assert set(TINY.scores(TINY.network(), [image])) == {"psnr"}


def test_half_precision_keeps_the_precision_outside():
    network = HalfPrecision(TINY.network().priors[0].denoiser.network, enabled=True)
    assert network(torch.rand(1, 1, 8, 8), 0.1).dtype == torch.float32
