import pytest
import torch
from torch import Tensor, nn

from preimage.errors import ArgumentError, CapabilityError, ShapeError
from preimage.loss import Ramp, ScoreLoss, ScoreModel
from preimage.loss.denoising_score import posterior_mean
from preimage.physics import (
    BlurFFT,
    Denoising,
    GammaNoise,
    GaussianNoise,
    LaplaceNoise,
    Physics,
    PoissonNoise,
)
from tests.example import LEVELS, Example, kernel


class Line(nn.Module):
    """``a y + b`` with two numbers to learn: the score of a Gaussian variable."""

    def __init__(self, a: float = -1.0, b: float = 0.5) -> None:
        super().__init__()
        self.a, self.b = nn.Parameter(torch.tensor(a)), nn.Parameter(torch.tensor(b))

    def forward(self, y: Tensor) -> Tensor:
        """``a y + b``."""
        return self.a * y + self.b


def denoising() -> Physics:
    return Denoising(GaussianNoise(LEVELS))


EXAMPLES = {
    ScoreModel: [
        Example(lambda: ScoreModel(Line()), physics=denoising),
        Example(lambda: ScoreModel(Line(), PoissonNoise(0.1)), physics=denoising),
        Example(lambda: ScoreModel(Line(), GammaNoise(9.0)), physics=denoising),
    ],
    ScoreLoss: [
        Example(ScoreLoss, model=lambda: ScoreModel(Line())),
        Example(lambda: ScoreLoss(Ramp(0.1, 0.001, 0, 100)), model=lambda: ScoreModel(Line())),
    ],
}


def test_its_minimiser_is_the_score_of_the_noisier_images() -> None:
    rng, level = torch.Generator().manual_seed(0), 0.3
    y = 0.4 + 0.5 * torch.randn(200, 1, 10, 10, generator=rng)
    line, loss = Line(), ScoreLoss(level)
    model = ScoreModel(line)
    optimizer = torch.optim.Adam(line.parameters(), lr=0.1)
    for step in range(200):
        optimizer.param_groups[0]["lr"] = 0.1 * (1 - step / 200)
        optimizer.zero_grad()
        loss(None, None, y, Denoising(), model, rng=rng).mean().backward()
        optimizer.step()
    # Each t has its own score -(y - 0.4) / (0.25 + t^2); a single line is the best for all, weighted by t^2.
    t2 = (level * torch.randn(100_000, generator=rng)).square()
    slope = -(t2.mean() / (t2 * (0.25 + t2)).mean()).item()
    assert line.a.item() == pytest.approx(slope, rel=0.05)
    assert line.b.item() == pytest.approx(-0.4 * slope, rel=0.05)


def test_a_gaussian_prior_gives_its_posterior_mean() -> None:
    y, variance, sigma = torch.linspace(-1, 2, 7).reshape(1, 1, 1, 7), 0.25, 0.3
    model = ScoreModel(Line(-1 / (variance + sigma**2), 0.4 / (variance + sigma**2)))
    found = model(y, Denoising(GaussianNoise(sigma)))
    torch.testing.assert_close(found, y + sigma**2 / (variance + sigma**2) * (0.4 - y))


def test_an_inverse_gamma_prior_gives_its_harmonic_mean() -> None:
    # 1/x of Gamma law (shape a, rate b) and y = x g: p(y) ~ y^(L-1) (b + L y)^-(L + a), E[1/x | y] = (L + a)/(b + L y).
    y, looks, a, b = torch.linspace(0.1, 3, 9, dtype=torch.float64).reshape(1, 1, 1, 9), 5.0, 4.0, 2.0
    score = (looks - 1) / y - looks * (looks + a) / (b + looks * y)
    torch.testing.assert_close(posterior_mean(y, score, GammaNoise(looks)), (b + looks * y) / (looks + a))


def test_a_gamma_prior_of_counts_gives_its_posterior_mean_up_to_half_a_photon() -> None:
    # Rates of Gamma law (shape a, rate b): p(k) ~ Gamma(k + a) / k! (1 + b)^-k, E[rate | k] = (k + a) / (1 + b).
    gain, background, a, b = 0.02, 0.1, 6.0, 0.2
    k = torch.arange(5.0, 100.0, dtype=torch.float64).reshape(1, 1, 1, -1)
    score = (torch.digamma(k + a) - torch.digamma(k + 1) - torch.tensor(1 + b, dtype=torch.float64).log()) / gain
    found = posterior_mean(gain * k, score, PoissonNoise(gain, background))
    truth = gain * (k + a) / (1 + b) - background
    torch.testing.assert_close(found, truth, rtol=0.0, atol=0.5 * gain)


def test_levels_follow_the_steps() -> None:
    loss = ScoreLoss(Ramp(0.1, 0.01, 0, 10))
    assert [loss.at(step).level for step in (0, 10)] == pytest.approx([0.1, 0.01])


def test_what_does_not_fit_is_told() -> None:
    y = torch.ones(2, 1, 3, 3)
    with pytest.raises(ArgumentError, match="`model` must be a ScoreModel"):
        ScoreLoss()(None, None, y, Denoising(), lambda y, _: y)
    with pytest.raises(ShapeError, match="`y` must be one tensor"):
        ScoreLoss()(None, None, (y, y), Denoising(), ScoreModel(Line()))
    with pytest.raises(ArgumentError, match="`level` must be positive"):
        ScoreLoss(0.0)
    with pytest.raises(CapabilityError, match="Gaussian, Poisson or Gamma noise for Tweedie"):
        ScoreModel(Line())(y, Denoising(LaplaceNoise(0.1)))
    with pytest.raises(CapabilityError, match="must be Denoising for ScoreModel"):
        ScoreModel(Line())(y, BlurFFT(kernel(3, 3), GaussianNoise(0.1)))
