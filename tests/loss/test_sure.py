import pytest
import torch

from preimage.errors import ArgumentError, CapabilityError
from preimage.loss import SureGaussianLoss
from preimage.physics import (
    CorrelatedGaussianNoise,
    Denoising,
    GaussianNoise,
    Inpainting,
    PoissonNoise,
    UniformNoise,
    stack,
)
from tests.example import LEVELS, SEEN, Example, complex_example
from tests.loss.monte_carlo import DRAWS, bent, errors_from_zero, matrix, squared_risk

EXAMPLES = {
    SureGaussianLoss: [
        Example(SureGaussianLoss),
        Example(lambda: SureGaussianLoss(LEVELS, tau=None, probes=2)),
        Example(lambda: SureGaussianLoss(0.1, probes=None), shape=(2, 1, 3, 2)),
        complex_example(SureGaussianLoss, (2, 1, 4, 3), lambda: Denoising(GaussianNoise(0.1))),
        Example(SureGaussianLoss, physics=lambda: Inpainting(SEEN, GaussianNoise(0.1))),
    ]
}

X = torch.rand(1, 1, 3, 4, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
PHYSICS = Denoising(GaussianNoise(0.3))


@pytest.mark.parametrize("model", [matrix(12), bent])
@pytest.mark.parametrize("loss", [SureGaussianLoss(tau=1e-4), SureGaussianLoss(0.3, tau=None)])
def test_its_mean_is_the_risk(loss: SureGaussianLoss, model: object) -> None:
    assert callable(model)
    assert errors_from_zero(squared_risk(loss, model, X, PHYSICS)) < 3


def test_its_mean_is_the_risk_of_complex_and_of_stacked_measurements() -> None:
    x = torch.complex(X, X.flip(-1))
    assert errors_from_zero(squared_risk(SureGaussianLoss(), lambda y, _: y.abs() * y, x, PHYSICS)) < 3
    both = stack(Denoising(GaussianNoise(0.1)), Inpainting(2 * torch.ones(3, 4), GaussianNoise(0.4)))
    assert errors_from_zero(squared_risk(SureGaussianLoss(), lambda y, _: (y[0] * y[1]).sin(), X, both)) < 3


def test_levels_may_differ_from_image_to_image() -> None:
    sigma = torch.linspace(0.05, 0.5, DRAWS, dtype=torch.float64)
    gaps = squared_risk(SureGaussianLoss(sigma), matrix(12), X, Denoising(GaussianNoise(sigma)))
    assert errors_from_zero(gaps) < 3


def test_what_was_not_measured_does_not_count_whatever_it_holds() -> None:
    mask = torch.tensor([[1.0, 0, 1, 1]] * 3, dtype=torch.float64)
    physics = Inpainting(mask, GaussianNoise(0.3))
    y = physics(X, rng=torch.Generator().manual_seed(0))
    model = lambda y, physics: torch.where(mask > 0, 0.7 * y, 0.0)  # noqa: E731
    kept = SureGaussianLoss(probes=None)(model(y, physics), None, y, physics, model)
    seen = mask.expand(X.shape) > 0
    expected = (0.3 * y[seen]).square().mean() - 0.09 + 2 * 0.09 * 0.7
    torch.testing.assert_close(kept, expected[None])
    hidden = torch.where(seen, y, torch.nan)
    torch.testing.assert_close(SureGaussianLoss()(model(hidden, physics), None, hidden, physics, model), kept)


def test_correlated_noise_makes_it_too_small() -> None:
    correlated = CorrelatedGaussianNoise(torch.full((2, 2), 0.15, dtype=torch.float64))
    gaps = squared_risk(SureGaussianLoss(0.3), lambda y, _: (y + y.roll(1, -1)) / 2, X, Denoising(correlated))
    assert gaps.mean() < -10 * gaps.std() / DRAWS**0.5


def test_a_wrong_level_is_off_by_the_excess() -> None:
    gaps = squared_risk(SureGaussianLoss(0.2), lambda y, _: 0 * y, X, PHYSICS)
    assert abs(gaps.mean() - (0.09 - 0.04)) < 3 * gaps.std() / DRAWS**0.5


def test_other_noise_needs_a_level() -> None:
    y = X.float()
    for noise in (PoissonNoise(0.1), UniformNoise(0.1)):
        with pytest.raises(CapabilityError, match="must be white Gaussian noise"):
            SureGaussianLoss()(y, None, y, Denoising(noise), lambda y, _: y)
    with pytest.raises(ArgumentError, match="`sigma` must be at least 0"):
        SureGaussianLoss(-0.1)
