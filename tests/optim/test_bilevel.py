import pytest
import scipy.optimize
import torch

from preimage.errors import ArgumentError, CapabilityError
from preimage.optim import ADMM, FISTA, L2, PGD, Tikhonov, TVPrior, Variational, learn_hyperparameters
from preimage.physics import Denoising, GaussianNoise
from tests.optim.problems import ridge


def test_the_weight_of_ridge_regression_is_the_best_one_of_the_closed_form():
    p = ridge()
    truth = torch.linspace(-1, 1, 8, dtype=torch.float64).expand(3, 1, 1, 8)
    y = p.physics(truth, rng=torch.Generator().manual_seed(3))
    matrix = p.physics.A(torch.eye(8).double()[:, None, None, :]).mT

    def loss(logarithm):
        normal = matrix.mT @ matrix / 0.25 + torch.tensor(float(logarithm)).exp() * torch.eye(8)
        x = torch.linalg.solve(normal, (y @ matrix / 0.25).mT).mT
        return float((x - truth.flatten(1)).square().mean())

    best = scipy.optimize.minimize_scalar(loss, bounds=(-5, 5), method="bounded", options={"xatol": 1e-6})
    for algorithm in (FISTA(), ADMM()):
        model = Variational(algorithm, Tikhonov(0.1), max_steps=2000, tol=1e-6)
        learned = learn_hyperparameters(model, [(truth, y, p.physics)], steps=25)
        assert float(learned.losses.min()) == pytest.approx(best.fun, rel=1e-4)
        assert learned.values["weight"] == pytest.approx(float(torch.tensor(best.x).exp()), rel=0.05)
        assert learned.model.prior.weight == learned.values["weight"]
        x = learned.model(y, p.physics)
        assert float((x - truth).square().mean()) == pytest.approx(float(learned.losses.min()), rel=1e-3)


def test_total_variation_learns_from_several_pairs():
    generator = torch.Generator().manual_seed(0)
    x = torch.zeros(1, 1, 16, 16)
    x[..., 4:12, 4:12] = 1
    physics = Denoising(GaussianNoise(0.2))
    pairs = [(x, physics(x, rng=generator), physics) for _ in range(3)]
    model = Variational(PGD(), TVPrior(0.2), max_steps=5, tol=1e-4)
    learned = learn_hyperparameters(model, pairs, steps=10)
    scan = [
        float(torch.cat([(Variational(PGD(), TVPrior(w), max_steps=2, tol=None)(y, q) - u).square().mean()[None]
                         for u, y, q in pairs]).mean())
        for w in torch.logspace(-1, 1.5, 12).tolist()
    ]  # fmt: skip
    assert learned.losses[-1] < 0.5 * learned.losses[0]
    assert float(learned.losses.min()) < 1.03 * min(scan)


def test_what_cannot_be_learned():
    p = ridge()
    with pytest.raises(CapabilityError, match="noise"):
        learn_hyperparameters(Variational(PGD(), Tikhonov(1.0), L2), [(p.minimiser, p.y, p.physics)])
    with pytest.raises(ArgumentError, match="not empty"):
        learn_hyperparameters(Variational(PGD(), Tikhonov(1.0)), [])
