from dataclasses import replace

import pytest
import torch
from skimage import data

from preimage.errors import ArgumentError
from preimage.metric import PSNR
from preimage.models.dip import (
    DeepImagePrior,
    GuideInput,
    HeldOut,
    LastStep,
    MeshGrid,
    MovingVariance,
    NoiseInput,
    SelfGuide,
)
from preimage.physics import Blur, Denoising
from preimage.restore.methods.dip import settings


def weights(prior, outputs=3):
    return sum(p.numel() for p in prior.network(prior.source.count(outputs), outputs).parameters())


def test_the_paper_has_a_network_and_steps_for_each_task():
    """Numbers of parameters and steps: REFERENCES.md 1.2."""
    text, hole = torch.zeros(100, 100, dtype=torch.bool), torch.zeros(100, 100, dtype=torch.bool)
    text[10:14, 5:90] = True
    hole[10:60, 20:70] = True
    random = torch.rand(100, 100, generator=torch.Generator().manual_seed(0))
    for prior, count, steps in (
        (settings.prior_for_noise("paper", 25 / 255), 2_217_831, 1800),
        (settings.prior_for_artefacts("paper"), 572_827, 2400),
        (settings.prior_for_resolution("paper", 4), 2_217_831, 2000),
        (settings.prior_for_resolution("paper", 8), 2_217_831, 4000),
        (settings.prior_for_missing("paper", text, 0.0), 3_002_627, 6001),
        (settings.prior_for_missing("paper", hole, 0.0), 2_996_467, 3001),
        (settings.prior_for_missing("paper", random < 0.5, 0.0), 2_217_831, 11000),
        (settings.prior_for_missing("paper", random < 0.98, 0.0), 1_027_379, 1000),
        (settings.prior_for_flash("paper", torch.zeros(3, 8, 8)), 2_184_307, 601),
    ):
        assert (weights(prior), prior.fit.max_steps, prior.stop) == (count, steps, LastStep())
        assert prior.fit.runs == 1
        assert not isinstance(prior.source, MeshGrid)
    assert settings.prior_for_noise("paper", 50 / 255).fit.input_noise == 1 / 20


def test_ours_stops_by_itself():
    guide = torch.rand(3, 8, 8)
    for prior in (
        settings.prior_for_noise("fast", 0.1),
        settings.prior_for_artefacts("fast"),
        settings.prior_for_flash("fast", guide),
    ):
        assert prior.stop == MovingVariance(patience=300)
    assert settings.prior_for_noise("fast", 0.1).fit.max_steps == 2000
    assert settings.prior_for_artefacts("fast").fit.max_steps == 1200
    assert settings.prior_for_missing("fast", torch.eye(8) > 0, 0.0).stop == HeldOut(0.02)
    assert settings.prior_for_missing("fast", torch.eye(8) > 0, 0.1).stop is None
    assert isinstance(settings.prior_for_flash("fast", guide).source, GuideInput)
    with pytest.raises(ArgumentError, match="fast or paper"):
        settings.prior_for_noise("slow", 0.1)


def test_scattered_pixels_without_noise_are_learned_from_those_seen():
    scattered = torch.rand(64, 64, generator=torch.Generator().manual_seed(0)) < 0.5
    thick = scattered.clone()
    thick[10:15, 20:25] = True
    assert isinstance(settings.prior_for_missing("fast", scattered, 1 / 255).source, SelfGuide)
    for holes, sigma in ((scattered, 6 / 255), (thick, 0.0)):
        assert isinstance(settings.prior_for_missing("fast", holes, sigma).source, NoiseInput)


def test_ours_is_the_average_of_two_runs():
    holes = torch.eye(8) > 0
    for prior in (
        settings.prior_for_noise("fast", 0.1), settings.prior_for_artefacts("fast"),
        settings.prior_for_resolution("fast", 4), settings.prior_for_missing("fast", holes, 0.0),
        settings.prior_for_missing("fast", holes, 0.5),
        settings.prior_for_flash("fast", torch.zeros(3, 8, 8)),
    ):  # fmt: skip
        assert prior.fit.runs == 2


def test_trained_weights_are_changed_with_care():
    usual = settings.prior_for_missing("fast", torch.eye(8) > 0, 0.0)
    started = settings.start_from(usual, "fill-grey")
    assert usual.network is not None
    assert started.fit.rate == usual.fit.rate / 4
    assert weights(started, 1) == sum(p.numel() for p in usual.network(2, 1).parameters())


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.0, 0.2])
def test_a_photograph_is_within_half_a_decibel_of_the_best_of_its_run(share):
    """Whether noise is white, or each pixel gives a share of its own to its neighbours."""
    x = torch.from_numpy(data.astronaut()[20:148, 160:288]).permute(2, 0, 1)[None] / 255
    line = torch.tensor([share, 1 - 2 * share, share])
    noise = Blur(line[:, None] * line, "circular").A(torch.randn(x.shape, generator=torch.Generator().manual_seed(0)))
    y = x + 25 / 255 * noise / noise.std()
    usual, scores = settings.prior_for_noise("fast", 25 / 255), []
    fit = replace(usual.fit, runs=1, max_steps=1500)
    prior = DeepImagePrior(usual.network, usual.source, fit, usual.stop)
    psnr = PSNR()
    solution = prior.solve(y, Denoising(), [lambda step, state: scores.append(float(psnr(state.average, x)))])
    assert solution.reason[0].kind == "converged"
    assert float(psnr(solution.x, x)) > max(scores) - 0.5
