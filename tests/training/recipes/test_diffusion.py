import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from preimage import zoo
from preimage.denoisers import PreconditionedDRUNet
from preimage.training import TrainingSession
from preimage.training.recipes.diffusion import DiffusionRecipe

TINY = DiffusionRecipe(
    channels=1, widths=(4, 4, 4, 4), blocks=1, steps=4, start="", sides=(16, 8), crops=1, bfloat16=False
)


@pytest.mark.parametrize("channels", [1, 3])
def test_where_noise_is_weak_it_starts_as_the_shipped_denoiser(channels: int, rng: torch.Generator) -> None:
    shipped = zoo.load({1: "drunet-grey-compact", 3: "drunet-color-compact"}[channels])
    network, sigma = DiffusionRecipe(channels=channels).network(), 1 / 255
    x = torch.rand(1, channels, 8, 8, generator=rng).repeat_interleave(2, 2).repeat_interleave(2, 3)
    noisy = x + sigma * torch.randn(x.shape, generator=rng)
    with torch.no_grad():
        difference = (network(noisy, sigma) - shipped(noisy, sigma)).square().mean().sqrt()
    assert float(difference) < 0.1 * sigma


def test_levels_are_log_normal_and_one_from_each_share() -> None:
    recipe = DiffusionRecipe(channels=1)
    levels = recipe.levels(1000, torch.Generator().manual_seed(0))
    place = (levels / recipe.sigma_median).log() / recipe.log_spread
    assert float(place.mean()) == pytest.approx(0, abs=0.01)
    assert float(place.std()) == pytest.approx(1, abs=0.02)
    few = torch.special.ndtr((recipe.levels(4, torch.Generator().manual_seed(1)) / 0.4).log() / 1.8)
    assert (4 * few).floor().tolist() == [0, 1, 2, 3]
    assert float(levels.min()) >= 0.002
    assert float(levels.max()) <= 100


def test_a_batch_has_the_noise_it_says_and_sides_alternate() -> None:
    image = [torch.full((1, 200, 200), 128, dtype=torch.uint8)]
    recipe = DiffusionRecipe(channels=1, sides=(64, 128))
    for step, (side, count) in enumerate([(64, 16), (128, 4)]):
        clean, noisy, sigma = recipe.batch(image, step)
        assert clean.shape == (count, 1, side, side)
        torch.testing.assert_close((noisy - clean).std((1, 2, 3)), sigma, rtol=0.1, atol=0)


class _Wrong(nn.Module):
    """The truth, and an error of a given size."""

    def __init__(self, clean: torch.Tensor, error: torch.Tensor) -> None:
        super().__init__()
        self.answer = clean + error.reshape(-1, 1, 1, 1)

    def forward(self, x: torch.Tensor, sigma: torch.Tensor) -> torch.Tensor:
        return self.answer


def test_the_loss_is_one_where_nothing_is_known() -> None:
    """An error of the size of the noise where that is weak, and of the spread where nothing else is left."""
    clean = torch.rand(2, 1, 8, 8)
    sigma = torch.tensor([0.002, 100.0])
    wrong = _Wrong(clean, torch.tensor([0.002, 0.25]))
    assert float(TINY.loss(wrong, (clean, clean, sigma), 0)) == pytest.approx(1.0, rel=1e-4)


def test_every_weight_has_one_optimizer() -> None:
    network = TINY.network()
    owned = [id(p) for opt in TINY.rule(network).optimizers for group in opt.param_groups for p in group["params"]]
    assert sorted(owned) == sorted(id(p) for p in network.parameters())


def test_training_resumes_and_its_weights_load(photographs, tmp_path) -> None:
    TINY.train(TrainingSession(photographs, tmp_path / "whole"))
    finished = [TINY.train(TrainingSession(photographs, tmp_path / "cut", time_budget=0.0)).finished for _ in range(4)]
    assert finished == [False] * 3 + [True]
    whole, cut = (load_file(tmp_path / name / "diffusion.safetensors") for name in ("whole", "cut"))
    assert all(torch.equal(whole[key], cut[key]) for key in whole)
    network = PreconditionedDRUNet((0.43,), 0.25, TINY.widths, TINY.blocks)
    zoo.load_file(tmp_path / "cut" / "diffusion.safetensors", network)
    with torch.no_grad():
        assert bool(network(torch.rand(1, 1, 9, 9), 50.0).isfinite().all())


def test_scores_cover_weak_and_strong_noise(photographs, tmp_path) -> None:
    TINY.train(TrainingSession(photographs, tmp_path, validate=photographs))
    assert "psnr_10" in (tmp_path / "log.csv").read_text()
