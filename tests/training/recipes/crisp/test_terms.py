import pytest
import torch
from safetensors.torch import load_file

from preimage import zoo
from preimage.errors import ArgumentError
from preimage.models import SubpixelUNet
from preimage.training import TrainingSession
from preimage.training.recipes.crisp.enlargement import SRCrispRecipe

TINY = SRCrispRecipe(
    widths=(4, 4, 4, 4), blocks=1, width=4, depth=1, start="", steps=3, crops=2, patch=16, factor=2, bfloat16=False,
    judge_width=2,
)  # fmt: skip


def images(side=80):
    rng = torch.Generator().manual_seed(0)
    return [torch.randint(0, 256, (3, side, side), dtype=torch.uint8, generator=rng)]


def gradients(network, loss):
    network.zero_grad()
    loss.backward()
    return {name: value.grad.clone() for name, value in network.named_parameters() if value.grad is not None}


def test_the_network_and_the_judge_each_follow_their_own_sum():
    network = TINY.network().eval()  # in training each call of the judge refines its spectral norms
    batch = TINY.batch(images(), 0)
    both = gradients(network, TINY.loss(network, batch, 0))
    found, clean = TINY.pictures(network.made, batch)
    verdict = network.judge(found)
    ours = (
        TINY.pixel_weight * (found - clean).abs().mean()
        + TINY.feature_weight * network.distance(found, clean).mean()
        + TINY.judge_weight * (verdict - 1).square().mean()
    )
    mine = {name: value for name, value in gradients(network, ours).items() if name.startswith("made")}
    his = (network.judge(clean) - 1).square().mean() + network.judge(found.detach()).square().mean()
    mine |= gradients(network, his)
    assert both.keys() == mine.keys()
    assert {name.split(".")[0] for name in both} == {"made", "judge"}
    for name, value in mine.items():
        torch.testing.assert_close(both[name], value, rtol=1e-4, atol=1e-7, msg=name)


def test_every_weight_that_learns_has_one_optimizer():
    network = TINY.network()
    owned = [id(p) for opt in TINY.rule(network).optimizers for group in opt.param_groups for p in group["params"]]
    assert sorted(owned) == sorted(id(p) for p in network.parameters() if p.requires_grad)
    assert not any(p.requires_grad for p in network.distance.parameters())


def test_it_resumes_to_the_bit_and_writes_the_network_alone(photographs, tmp_path):
    TINY.train(TrainingSession(photographs, tmp_path / "whole"))
    for _ in range(3):
        TINY.train(TrainingSession(photographs, tmp_path / "cut", time_budget=0.0))
    whole, cut = (load_file(tmp_path / name / "sr-crisp.safetensors") for name in ("whole", "cut"))
    assert all(torch.equal(whole[key], cut[key]) for key in whole)
    network = SubpixelUNet(3, 2, TINY.widths, 1, 4, 1)
    assert zoo.load_file(tmp_path / "cut" / "sr-crisp.safetensors", network)(torch.rand(1, 3, 8, 9)).shape[-1] == 18


def test_the_scales_of_the_denoiser_are_compared():
    network = TINY.network()
    maps = network.distance.features(torch.rand(1, 3, 16, 24))
    assert [each.shape[-2:] for each in maps] == [(16, 24), (8, 12), (4, 6), (2, 3)]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"lpips": ("one.pth",)}, "`lpips` must be two files"),
        ({"features": "groupsc-color"}, "`features` must name a DRUNet"),
    ],
)
def test_wrong_settings_are_refused(settings, told):
    with pytest.raises(ArgumentError, match=told):
        SRCrispRecipe(start="", widths=(4, 4, 4, 4), **settings).network()


def test_files_of_lpips_that_are_missing_are_named():
    with pytest.raises(Exception, match="vgg16-397923af"):
        SRCrispRecipe(start="", widths=(4, 4, 4, 4), lpips=("no.pth", "none.pth")).network()
