import numpy as np
import pytest
import scipy.optimize
import torch

from preimage.optim import PDHG, DiscrepancyPrinciple, Tikhonov, Variational, WeightRange, choose_weight
from preimage.physics import BlurFFT, Denoising, GaussianNoise, Inpainting, PoissonNoise
from tests.optim.weight.linear import ACCURACY, MODEL, generator, linear, random


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_discrepancy_principle_finds_the_root(seed):
    problem = linear(seed, diagonal=False)
    root = scipy.optimize.brentq(lambda t: problem.discrepancy(np.exp(t)) - 1, -15, 15)
    choice = choose_weight(MODEL, problem.y, problem.physics, DiscrepancyPrinciple(), WeightRange(tol=ACCURACY))
    assert abs(np.log(choice.weight.item()) - root) < ACCURACY
    assert choice.why == ("discrepancy 1",)
    wanted = problem.estimate(choice.weight.item())
    np.testing.assert_allclose(choice.x.flatten().numpy(), wanted, rtol=1e-7)
    for weight, value in zip(choice.weights[:, 0].tolist(), choice.values[:, 0].tolist(), strict=True):
        assert value == pytest.approx(problem.discrepancy(weight), rel=1e-9)
    assert len(choice.weights) < 22  # the bracket is closed by interpolation: bisection from 0.92 would take ten more


def test_discrepancy_principle_with_a_factor():
    problem = linear(0, diagonal=False)
    root = scipy.optimize.brentq(lambda t: problem.discrepancy(np.exp(t)) - 1.2, -15, 15)
    choice = choose_weight(MODEL, problem.y, problem.physics, DiscrepancyPrinciple(1.2), WeightRange(tol=ACCURACY))
    assert abs(np.log(choice.weight.item()) - root) < ACCURACY


def test_discrepancy_principle_for_counts():
    physics = Denoising(PoissonNoise(gain=0.05))
    y = physics(random(1, 1, 8, 8, low=0.4).double(), rng=generator())

    def excess(t):  # the minimiser of nll + w/2 x^2 solves 1/gain - (y/gain)/x + w x = 0, and then the deviance
        w, n = np.exp(t), y.numpy() / 0.05
        x = (-20 + np.sqrt(400 + 4 * w * n)) / (2 * w)
        rate = x / 0.05
        terms = rate - n + np.where(n > 0, n * np.log(np.where(n > 0, n, 1) / rate), 0)
        return 2 * terms.mean() - 1

    root = scipy.optimize.brentq(excess, -8, 8)
    choice = choose_weight(MODEL, y, physics, DiscrepancyPrinciple(), WeightRange(low=1e-3, high=1e3, tol=ACCURACY))
    assert abs(np.log(choice.weight.item()) - root) < ACCURACY


@pytest.mark.parametrize(
    ("noise", "blurred"),
    [(GaussianNoise(0.05), True), (PoissonNoise(0.01), False), (PoissonNoise(0.01, 0.05), False)],
    ids=repr,
)
def test_discrepancy_principle_behind_a_mask(noise, blurred):
    generator = torch.Generator().manual_seed(0)
    mask = (torch.rand(1, 1, 12, 12, generator=generator) > 0.5).double()
    operator = Inpainting(mask) @ BlurFFT(torch.ones(3, 3) / 9) if blurred else Inpainting(mask)
    physics = operator.replace(noise=noise)
    x = 0.3 + 0.4 * torch.rand(1, 1, 12, 12, generator=generator).double()
    y = mask * physics(x, generator)
    model = Variational(PDHG(), Tikhonov(1.0), max_steps=300, tol=1e-5)
    choice = choose_weight(
        model, y, physics, DiscrepancyPrinciple(), WeightRange(low=0.1, high=1e3, points=5, tol=0.05)
    )
    z, level = physics.A(choice.x), noise.fields()
    seen = mask > 0
    if isinstance(noise, GaussianNoise):
        terms = (z - y)[seen].square() / level["sigma"] ** 2
    else:
        w, counts = (z[seen] + level["background"]) / level["gain"], y[seen] / level["gain"]
        terms = 2 * (w - counts + torch.xlogy(counts, counts / w))
    assert choice.why == ("discrepancy 1",)
    assert terms.mean().item() == pytest.approx(1, abs=0.05)
