import numpy as np
import pytest
import torch

from preimage.errors import CapabilityError
from preimage.optim import PGD, SURE, L1Prior, Variational, WeightRange, choose_weight
from preimage.physics import Denoising, GaussianNoise, PoissonNoise
from tests.optim.weight.linear import MODEL, generator, linear, random


def test_sure_of_soft_thresholding_counts_what_is_above():
    """Donoho & Johnstone 1995: ``sum min(|y|, t)^2 / sigma^2 - m + 2 #{|y| > t}``, here after many steps."""
    physics = Denoising(GaussianNoise(0.1))
    y = physics((random(1, 1, 16, 16) > 0.8).double(), rng=generator())
    model = Variational(PGD(0.007), L1Prior(), max_steps=2000, tol=1e-9)
    choice = choose_weight(model, y, physics, SURE(epsilon=1e-7), rng=generator())

    def risk(t):
        return (y.abs().clamp_max(t).square().sum() / 0.01 - 256 + 2 * (y.abs() > t).sum()).item() / 256

    for weight, value in zip(choice.weights[:, 0].tolist(), choice.values[:, 0].tolist(), strict=True):
        assert value == pytest.approx(risk(0.01 * weight), abs=1e-5)
    assert risk(0.01 * choice.weight.item()) < min(risk(t) for t in np.geomspace(1e-3, 1, 200)) + 0.01


def test_sure_is_the_prediction_risk_on_average():
    """Over many noises, for fixed weights: the mean of SURE is the mean squared error of A x_hat over sigma^2."""
    problem = linear(3, diagonal=True)
    truth = torch.randn(1, 1, 1, 30, generator=generator(), dtype=torch.float64).expand(1000, -1, -1, -1)
    y = problem.physics(truth, rng=generator())
    choice = choose_weight(
        MODEL, y, problem.physics, SURE(), WeightRange(low=0.1, high=10.0, points=3, tol=9.0), rng=generator()
    )
    for row in range(3):
        hat = problem.hat(choice.weights[row, 0].item())
        clean = (truth[0].flatten(1) @ problem.physics.matrix.mT).numpy()[0]
        risk = (np.sum((hat @ clean - clean) ** 2) / 0.01 + np.sum(hat**2)) / 30
        values = choice.values[row]
        assert abs(values.mean().item() - risk) < 3 * values.std().item() / 1000**0.5


def test_sure_is_not_for_counts():
    with pytest.raises(CapabilityError, match="must be Gaussian for SURE, got PoissonNoise"):
        choose_weight(MODEL, torch.rand(1, 1, 4, 4), Denoising(PoissonNoise(0.1)), SURE())
