import pytest
import torch
from torch import Tensor

from preimage.errors import ArgumentError, CapabilityError
from preimage.loss import R2RLoss, RecorruptedMean
from preimage.physics import (
    BinomialNoise,
    CorrelatedGaussianNoise,
    Denoising,
    GammaNoise,
    GaussianNoise,
    PoissonNoise,
    UniformNoise,
    stack,
)
from preimage.physics.noise import Noise
from preimage.testing.loss import SmallModel
from tests.example import LEVELS, Example
from tests.loss.monte_carlo import DRAWS, bent, matrix

EXAMPLES = {
    R2RLoss: [
        Example(R2RLoss),
        Example(lambda: R2RLoss(0.2, GaussianNoise(LEVELS))),
        Example(lambda: R2RLoss(0.2), physics=lambda: Denoising(PoissonNoise(0.05))),
        Example(lambda: R2RLoss(0.2), physics=lambda: Denoising(GammaNoise(LEVELS * 50))),
        Example(lambda: R2RLoss(0.2), physics=lambda: Denoising(BinomialNoise(20))),
    ],
    RecorruptedMean: [
        Example(lambda: RecorruptedMean(SmallModel(), samples=2), double=False),
        Example(
            lambda: RecorruptedMean(SmallModel(), 0.3, samples=3),
            physics=lambda: Denoising(PoissonNoise(LEVELS / 5)),
            double=False,
        ),
    ],
}

X = 0.1 + torch.rand(1, 1, 3, 4, generator=torch.Generator().manual_seed(3), dtype=torch.float64)


def bias_in_errors(loss: R2RLoss, model: object, noise: Noise, shown: Noise, x: Tensor = X) -> float:
    """The mean of the loss minus the mean risk of measurements of the noise ``shown``, in standard errors."""
    assert callable(model)
    x = x / 2 if isinstance(noise, BinomialNoise) else x  # probabilities
    truth, rng = x.expand(DRAWS, *x.shape[1:]), torch.Generator().manual_seed(1)
    physics = Denoising(noise)
    found = loss(None, None, noise.sample(truth, rng), physics, model, rng=rng)
    risk = (model(shown.sample(truth, rng), physics) - truth).abs().square().flatten(1).mean(1)
    error = ((found.var() + risk.var()) / DRAWS).sqrt()
    return ((found.mean() - risk.mean()) / error).item()


@pytest.mark.parametrize("model", [matrix(12), bent])
@pytest.mark.parametrize(
    ("alpha", "noise", "shown"),
    [
        (0.5, GaussianNoise(0.2), GaussianNoise(0.2 * 1.25**0.5)),
        (0.15, PoissonNoise(0.1), PoissonNoise(0.1 / 0.85)),
        (0.5, PoissonNoise(0.4), PoissonNoise(0.8)),
        (0.25, GammaNoise(4.0), GammaNoise(3.0)),
        (0.25, BinomialNoise(8), BinomialNoise(6)),
    ],
)
def test_its_mean_is_the_risk_of_the_noisier_measurement(
    alpha: float, noise: Noise, shown: Noise, model: object
) -> None:
    assert abs(bias_in_errors(R2RLoss(alpha), model, noise, shown)) < 3


def test_complex_and_stacked_measurements_are_split_too() -> None:
    x = torch.complex(X, X.flip(-1))
    noise = GaussianNoise(0.2)
    assert abs(bias_in_errors(R2RLoss(1.0), lambda y, _: y.abs() * y, noise, GaussianNoise(0.08**0.5), x)) < 3
    truth, rng = X.expand(DRAWS, *X.shape[1:]), torch.Generator().manual_seed(1)
    both = stack(Denoising(GaussianNoise(0.2)), Denoising(PoissonNoise(0.1)))
    found = R2RLoss(0.5)(None, None, both(truth, rng=rng), both, lambda y, _: (y[0] + y[1]) / 2, rng=rng)
    risk = (0.04 * 1.25 + 0.2 * X.mean()) / 4
    assert abs(found.mean() - risk) < 3 * found.std() / DRAWS**0.5


def test_correlated_noise_makes_it_too_small() -> None:
    correlated = CorrelatedGaussianNoise(torch.full((2, 2), 0.1, dtype=torch.float64))
    white = GaussianNoise(0.2)
    loss = R2RLoss(0.5, white)
    assert bias_in_errors(loss, lambda y, _: (y + y.roll(1, -1)) / 2, correlated, white) < -10


def test_the_model_is_told_the_noise_it_sees() -> None:
    told = []

    def model(y: Tensor, physics: Denoising) -> Tensor:
        told.append(physics.noise.gaussian_sigma)
        return y

    R2RLoss(1.0)(None, None, X, Denoising(GaussianNoise(0.1)), model)
    assert told == [pytest.approx(0.1 * 2**0.5)]


def test_the_mean_of_many_recorruptions_has_little_of_their_noise() -> None:
    physics, y = Denoising(GaussianNoise(0.2)), X.expand(2, -1, -1, -1)
    mean = RecorruptedMean(matrix(12), 0.5, samples=400)(y, physics)
    torch.testing.assert_close(mean, matrix(12)(y, physics), rtol=0.0, atol=0.03)
    assert torch.equal(mean[0], mean[1])
    other = RecorruptedMean(matrix(12), 0.5, samples=400, seed=1)(y, physics)
    assert not torch.equal(mean, other)


def test_noise_that_cannot_be_split_is_told() -> None:
    with pytest.raises(CapabilityError, match="must be Gaussian, Poisson, Gamma or binomial noise"):
        R2RLoss()(None, None, X, Denoising(UniformNoise(0.1)), bent)
    with pytest.raises(ArgumentError, match="`alpha` must be positive"):
        R2RLoss(0.0)
    with pytest.raises(ArgumentError, match="`alpha` must be in"):
        R2RLoss(1.5)(None, None, X, Denoising(PoissonNoise(0.1)), bent)
    with pytest.raises(ArgumentError, match="`samples` must be at least 1"):
        RecorruptedMean(matrix(12), samples=0)
