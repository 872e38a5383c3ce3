import pytest
import torch
from torch import Tensor

from preimage.errors import ArgumentError, CapabilityError, ShapeError
from preimage.loss import Loss, SureGaussianLoss, SurePGLoss, SurePoissonLoss
from preimage.physics import (
    Denoising,
    GammaNoise,
    GaussianNoise,
    Inpainting,
    Physics,
    PoissonGaussianNoise,
    PoissonNoise,
    stack,
)
from tests.example import LEVELS, SEEN, Example
from tests.loss.monte_carlo import DRAWS, bent, errors_from_zero, matrix, squared_risk


def counting() -> Physics:
    return Denoising(PoissonNoise(0.1))


def sensing() -> Physics:
    return Denoising(PoissonGaussianNoise(0.1, 0.1))


EXAMPLES = {
    SurePoissonLoss: [
        Example(SurePoissonLoss, physics=counting),
        Example(lambda: SurePoissonLoss(LEVELS, background=0.1, tau=None, probes=2)),
        Example(lambda: SurePoissonLoss(0.1, probes=None), (2, 1, 3, 2), physics=counting),
    ],
    SurePGLoss: [
        Example(SurePGLoss, physics=sensing),
        Example(SurePGLoss, physics=lambda: Inpainting(SEEN, PoissonGaussianNoise(0.1, 0.1))),
        Example(lambda: SurePGLoss(LEVELS, LEVELS, tau=None)),
        Example(lambda: SurePGLoss(0.1, 0.1, probes=None), (2, 1, 3, 2), physics=sensing),
    ],
}

X = 0.1 + torch.rand(1, 1, 3, 4, generator=torch.Generator().manual_seed(3), dtype=torch.float64)


@pytest.mark.parametrize(
    ("loss", "model", "physics"),
    [
        (SurePoissonLoss(tau=1e-5), matrix(12), Denoising(PoissonNoise(0.1))),
        (SurePoissonLoss(), bent, Denoising(PoissonNoise(0.004))),
        (SurePoissonLoss(0.3, probes=None), bent, Denoising(PoissonNoise(0.3))),
        (SurePoissonLoss(), matrix(12), Denoising(PoissonNoise(0.1, background=0.4))),
        (SurePGLoss(tau=1e-5), matrix(12), Denoising(PoissonGaussianNoise(0.1, 0.2))),
        (SurePGLoss(), bent, Denoising(PoissonGaussianNoise(0.004, 0.1))),
        (SurePGLoss(0.2, 0.3, tau=1e-5, probes=None), bent, Denoising(PoissonGaussianNoise(0.3, 0.2))),
        (SurePGLoss(tau=None, probes=None), bent, Denoising(PoissonGaussianNoise(0.3, 0.2))),
    ],
)
def test_its_mean_is_the_risk(loss: Loss, model: object, physics: Physics) -> None:
    assert callable(model)
    assert errors_from_zero(squared_risk(loss, model, X, physics)) < 3


def test_the_derivative_is_off_where_photons_are_few_and_the_model_bends() -> None:
    gaps = squared_risk(SurePoissonLoss(), lambda y, _: y.square(), X, Denoising(PoissonNoise(0.3)))
    # Of y (h(y) - h(y - g)) = y (2 g y - g^2) it takes the first part.
    expected = 2 * 0.09 * X.mean()
    assert abs(gaps.mean() - expected) < 3 * gaps.std() / DRAWS**0.5
    assert expected > 10 * gaps.std() / DRAWS**0.5


def test_without_photons_it_is_that_of_gaussian_noise() -> None:
    y, physics = X.expand(5, -1, -1, -1) - 0.5, Denoising(GaussianNoise(0.2))
    arguments = (bent(y, physics), None, y, physics, bent)
    found, expected = (
        loss(*arguments, rng=torch.Generator().manual_seed(0)) for loss in (SurePGLoss(), SureGaussianLoss())
    )
    torch.testing.assert_close(found, expected)


def test_sensors_of_a_stack_have_laws_of_their_own() -> None:
    both = stack(Denoising(PoissonNoise(0.1)), Denoising(PoissonGaussianNoise(0.2, 0.1)))
    assert errors_from_zero(squared_risk(SurePGLoss(), lambda y, _: (y[0] + 2 * y[1]) / 4, X, both)) < 3


def test_the_model_is_asked_for_nothing_below_zero_counts() -> None:
    physics = Denoising(PoissonNoise(0.5))
    y = torch.tensor([[[[0.0, 0.5, 2.0]]]])

    def root(y: Tensor, physics: Physics) -> Tensor:
        assert (y >= 0).all()
        return y.sqrt()

    value = SurePoissonLoss(probes=None)(root(y, physics), None, y, physics, root)
    # 0.5 f(0.5) - 0.5 f(0) + 2 f(2) - 2 f(1.5), and nothing of the first.
    correction = 0.5 * 0.5**0.5 + 2 * (2**0.5 - 1.5**0.5)
    expected = ((y.sqrt() - y).square().sum() - 0.5 * y.sum() + 2 * correction) / 3
    torch.testing.assert_close(value, expected[None])


def test_another_law_biases_it_and_what_does_not_fit_is_told() -> None:
    gaps = squared_risk(SurePoissonLoss(0.1), lambda y, _: 0 * y, X, Denoising(GaussianNoise(0.2)))
    assert abs(gaps.mean() - (0.04 - 0.1 * X.mean())) < 3 * gaps.std() / DRAWS**0.5
    with pytest.raises(CapabilityError, match="must be Poisson noise, with read-out noise or without, got GammaNoise"):
        SurePoissonLoss()(X, None, X, Denoising(GammaNoise(4.0)), bent)
    with pytest.raises(ShapeError, match="counts"):
        SurePoissonLoss(0.1)(X, None, X + 0j, Denoising(), bent)
    with pytest.raises(CapabilityError, match="`sigma` and `gain` must be given together"):
        SurePGLoss(0.1)
    with pytest.raises(ArgumentError, match="`gain` must be positive"):
        SurePoissonLoss(0.0)
