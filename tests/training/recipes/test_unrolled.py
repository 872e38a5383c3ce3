import sys

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from preimage.training.recipes import unrolled
from preimage.training.recipes.unrolled import (
    UnrolledRecipe,
    blurred_batch,
    deblurring_psnr,
    optimizers,
    physics,
    train_unrolled,
    unrolled_network,
)

TINY = UnrolledRecipe(unrolled=2, widths=(4, 4, 4, 4), steps=4, batch=2, patch=16, bfloat16=False)


def test_denoisers_start_at_the_level_of_the_recipe():
    recipe = UnrolledRecipe(widths=(4, 4, 4, 4), unrolled=2, level=0.07)
    network, asked = unrolled_network(recipe), []
    for prior in network.priors:
        prior.denoiser.network.register_forward_hook(lambda module, inputs, output: asked.append(inputs[1]))
    network(torch.rand(1, 1, 16, 16), physics(recipe))
    torch.testing.assert_close(torch.cat(asked), torch.full((2,), 0.07), rtol=1e-5, atol=0)


def test_networks_differ_from_step_to_step_unless_shared():
    first, second = (prior.denoiser.network.m_head.weight for prior in unrolled_network(TINY).priors)
    assert not torch.equal(first, second)
    shared = unrolled_network(UnrolledRecipe(shared=True))
    assert len(shared.priors) == 1
    assert shared.n_steps == 5


def test_half_precision_stays_inside_the_networks():
    recipe, results = UnrolledRecipe(widths=(8, 8, 8, 8), patch=32), []
    _, y = blurred_batch([torch.randint(0, 256, (1, 40, 40), dtype=torch.uint8)], recipe, 0)
    for enabled in (True, False):
        network = unrolled_network(UnrolledRecipe(widths=recipe.widths, bfloat16=enabled))
        results.append(network(y, physics(recipe)))
        results[-1].sum().backward()
        assert network.priors[0].denoiser.network.m_head.weight.grad.dtype == torch.float32
    assert results[0].dtype == torch.float32
    assert not torch.equal(*results)
    torch.testing.assert_close(*results, rtol=0, atol=0.02)


def test_every_weight_has_one_optimizer():
    network = unrolled_network(TINY)
    owned = [id(p) for opt in optimizers(network, TINY) for group in opt.param_groups for p in group["params"]]
    assert sorted(owned) == sorted(id(p) for p in network.parameters())


def test_measurements_are_blurred_with_the_noise_of_the_recipe():
    recipe = UnrolledRecipe(batch=4, patch=64, sigma=0.03)
    clean, y = blurred_batch([torch.randint(0, 256, (1, 90, 90), dtype=torch.uint8)], recipe, 3)
    noise = y - physics(recipe).A(clean)
    assert float(noise.std()) == pytest.approx(0.03, rel=0.03)
    assert float(y.std()) < 0.5 * float(clean.std())


def test_psnr_of_the_measurement_is_that_of_its_error():
    class Same(torch.nn.Module):
        def forward(self, y, physics):
            return torch.zeros_like(y)

    half = torch.full((1, 50, 40), 51, dtype=torch.uint8)
    assert deblurring_psnr(Same(), [half, half], UnrolledRecipe(), 32) == pytest.approx(-20 * np.log10(0.2), abs=1e-4)


def test_training_resumes_and_writes_weights_that_load(photographs, tmp_path):
    train_unrolled(photographs, tmp_path / "whole", TINY)
    for _ in range(4):
        averaged = train_unrolled(photographs, tmp_path / "cut", TINY, time_budget=0.0)
    whole, cut = (load_file(tmp_path / name / "unrolled.safetensors") for name in ("whole", "cut"))
    assert all(torch.equal(whole[key], cut[key]) for key in whole)
    network = unrolled_network(TINY)
    network.load_state_dict(cut)
    y = torch.rand(1, 1, 16, 16)
    assert torch.equal(network(y, physics(TINY)), averaged(y, physics(TINY)))


def test_command_line(photographs, tmp_path, monkeypatch, capsys):
    Image.fromarray(np.zeros((130, 130), dtype=np.uint8)).save(tmp_path / "photographs" / "large.png")
    held_out = tmp_path / "held_out"
    held_out.mkdir()
    Image.fromarray(np.zeros((128, 130), dtype=np.uint8)).save(held_out / "0.png")
    out = tmp_path / "out"
    monkeypatch.setattr(
        sys, "argv",
        ["unrolled", "--data", str(photographs), "--out", str(out), "--steps", "1", "--validate", str(held_out)],
    )  # fmt: skip
    tiny = {"widths": (4, 4, 4, 4), "unrolled": 1, "batch": 1, "patch": 16}
    monkeypatch.setattr(unrolled, "UnrolledRecipe", lambda **fields: UnrolledRecipe(**{**fields, **tiny}))
    unrolled.UnrolledRecipe.steps = 1
    unrolled.main()
    assert "1 steps in" in capsys.readouterr().out
    assert "psnr" in (out / "log.csv").read_text()
