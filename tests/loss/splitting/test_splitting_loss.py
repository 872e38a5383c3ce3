import pytest
import torch

from preimage.loss import SplittingLoss
from preimage.physics import (
    MRI,
    BlurFFT,
    CorrelatedGaussianNoise,
    Denoising,
    GaussianNoise,
    Inpainting,
    ParallelBeam,
    Tomography,
)
from preimage.physics.generators import (
    BernoulliSplittingMaskGenerator,
    GaussianSplittingMaskGenerator,
    InterleavedSplittingMaskGenerator,
)
from tests.example import SEEN, Example, kernel, random
from tests.loss.draws import DRAWS, Recorder, assert_mean, evaluated, mean_gap, smooth

COLOURS = BernoulliSplittingMaskGenerator((3, 6, 5), 0.6)

EXAMPLES = {
    SplittingLoss: [
        Example(lambda: SplittingLoss(COLOURS), complex=True, physics=Denoising),
        Example(
            lambda: SplittingLoss(BernoulliSplittingMaskGenerator((3, 6, 5), 0.5)), physics=lambda: Inpainting(SEEN)
        ),
    ]
}

SIGMA = 0.3


def risk_of_held(model: Recorder, y: torch.Tensor, clean: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
    """``|A x_hat - A x|^2`` per entry that was measured and not shown."""
    physics, x_hat = model.physics[0], model.said[0]
    held = seen & ~(model.shown[0] != 0)
    error = (physics.inner.A(x_hat) - clean).abs().square()
    return (held * error).flatten(1).sum(1) / held.flatten(1).sum(1).clamp_min(1)


@pytest.mark.parametrize("linear", [True, False])
def test_its_mean_is_the_risk_of_what_is_held_back_and_the_noise(linear: bool) -> None:
    physics = BlurFFT(kernel(3, 3).double(), GaussianNoise(SIGMA))
    clean = physics.A(random(1, 1, 5, 4, seed=1).double()).expand(DRAWS, -1, -1, -1)
    y = physics.noise.sample(clean, torch.Generator().manual_seed(1))
    model = Recorder(smooth if linear else None)
    loss = SplittingLoss(BernoulliSplittingMaskGenerator((1, 5, 4), 0.7))
    found = evaluated(loss, y, physics, model)
    risk = risk_of_held(model, y, clean, torch.ones_like(y, dtype=torch.bool))
    judged = (model.shown[0] == 0).flatten(1).any(1)
    assert_mean((found - risk)[judged], SIGMA**2)
    assert abs(mean_gap(found - risk)) > 30  # the noise counts


def test_of_a_spectrum_it_counts_both_parts_of_the_noise() -> None:
    seen = random(5, 4, seed=2) > 0.3
    physics = MRI(seen, GaussianNoise(SIGMA))
    x = torch.complex(random(1, 1, 5, 4).double(), random(1, 1, 5, 4, seed=1).double())
    clean = physics.A(x).expand(DRAWS, -1, -1, -1)
    y = physics.noise.sample(clean, torch.Generator().manual_seed(1))
    model = Recorder(lambda y, physics: smooth(physics.A_adjoint(y), physics))
    found = evaluated(SplittingLoss(GaussianSplittingMaskGenerator((1, 5, 4), 0.6, center=(1, 1))), y, physics, model)
    assert_mean(found - risk_of_held(model, y, clean, seen.expand_as(y)), 2 * SIGMA**2)


def test_correlated_noise_breaks_it() -> None:
    noise = CorrelatedGaussianNoise(torch.ones(3, 3).double(), SIGMA)
    clean = random(1, 1, 6, 6, seed=1).double().expand(DRAWS, -1, -1, -1)
    y = noise.sample(clean, torch.Generator().manual_seed(1))
    model = Recorder(smooth)
    loss = SplittingLoss(BernoulliSplittingMaskGenerator((1, 6, 6), 0.7))
    found = evaluated(loss, y, Denoising(), model)
    held = model.shown[0] == 0
    risk = (held * (model.said[0] - clean).square()).flatten(1).sum(1) / held.flatten(1).sum(1).clamp_min(1)
    variance = (y - clean).square().mean()
    assert mean_gap(found - risk, float(variance)) < -10  # it is far too optimistic


def test_what_is_not_measured_may_be_anything() -> None:
    physics = Inpainting(SEEN)
    y = physics.A(random(2, 3, 6, 5))
    loss = SplittingLoss(BernoulliSplittingMaskGenerator((3, 6, 5), 0.5))
    broken = torch.where(SEEN, y, torch.nan)
    torch.testing.assert_close(evaluated(loss, broken, physics, smooth), evaluated(loss, y, physics, smooth))
    everything = SplittingLoss(BernoulliSplittingMaskGenerator((3, 6, 5), 1.0))
    assert evaluated(everything, y, physics, smooth).tolist() == [0, 0]


def test_an_empty_batch_has_no_losses() -> None:
    loss = SplittingLoss(BernoulliSplittingMaskGenerator((3, 6, 5)))
    assert evaluated(loss, torch.zeros(0, 3, 6, 5), Denoising(), smooth).shape == (0,)


def test_of_projections_it_is_noise2inverse() -> None:
    physics = Tomography(ParallelBeam(torch.arange(0, 180, 30), 7), (5, 5), noise=GaussianNoise(SIGMA)).double()
    clean = physics.A(random(1, 1, 5, 5, seed=1).double()).expand(2000, -1, -1, -1)
    y = physics.noise.sample(clean, torch.Generator().manual_seed(1))
    model = Recorder(lambda y, physics: physics.A_adjoint(y) / 10)
    found = evaluated(SplittingLoss(InterleavedSplittingMaskGenerator((1, 6, 7), 3)), y, physics, model)
    seen = physics.seen(y)  # rays that miss the image count nowhere
    views = ((model.shown[0] == 0) & seen).any(-1)[:, 0]
    assert {tuple(row.nonzero()[:, 0].tolist()) for row in views} == {(0, 3), (1, 4), (2, 5)}
    held = views[:, None, :, None] & seen
    error = (physics.A(model.said[0]) - clean).square()
    assert_mean(found - (held * error).flatten(1).sum(1) / held.flatten(1).sum(1), SIGMA**2)
