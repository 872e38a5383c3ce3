import numpy as np
import pytest
import scipy.optimize
import torch

from preimage.denoisers import TVDenoiser
from preimage.errors import ArgumentError, CapabilityError, ShapeError
from preimage.optim import (
    GCV,
    SURE,
    DiscrepancyPrinciple,
    LCurve,
    PnP,
    Variational,
    WeightRange,
    Whiteness,
    choose_weight,
)
from preimage.optim.weight.divergence import draw_shifts
from preimage.physics import Denoising, GaussianNoise, LaplaceNoise, stack
from tests.optim.problems import Dense
from tests.optim.weight.linear import ACCURACY, MODEL, generator, linear, random


def log_minimum(score, low=-12.0, high=12.0):
    """The minimiser's logarithm: the best of a fine grid, polished by scipy."""
    grid = np.linspace(low, high, 400)
    best = grid[np.argmin([score(np.exp(t)) for t in grid])]
    return scipy.optimize.minimize_scalar(
        lambda t: score(np.exp(t)), bounds=(best - 0.1, best + 0.1), method="bounded", options={"xatol": 1e-8}
    ).x


@pytest.mark.parametrize(("criterion", "name"), [(SURE(), "sure"), (GCV(), "gcv")])
@pytest.mark.parametrize("seed", [0, 2])
def test_risk_of_a_diagonal_problem_is_exact(criterion, name, seed):
    problem = linear(seed, diagonal=True)
    score = {"sure": problem.sure, "gcv": problem.gcv}[name]
    choice = choose_weight(
        MODEL, problem.y, problem.physics, criterion, WeightRange(tol=ACCURACY, points=25), rng=generator()
    )
    for weight, value in zip(choice.weights[:, 0].tolist(), choice.values[:, 0].tolist(), strict=True):
        assert value == pytest.approx(score(weight), rel=1e-6, abs=1e-9)
    assert abs(np.log(choice.weight.item()) - log_minimum(score)) < ACCURACY


@pytest.mark.parametrize(("criterion", "name"), [(SURE(probes=2), "sure"), (GCV(probes=2), "gcv")])
def test_risk_of_a_dense_problem_along_the_same_signs(criterion, name):
    problem = linear(0, diagonal=False)
    signs = [shift[0].sign().numpy() for shift in draw_shifts(problem.y, 1e-2, 2, generator())]
    choice = choose_weight(MODEL, problem.y, problem.physics, criterion, WeightRange(tol=ACCURACY), rng=generator())
    for weight, value in zip(choice.weights[:, 0].tolist(), choice.values[:, 0].tolist(), strict=True):
        trace = np.mean([b @ problem.hat(weight) @ b for b in signs])
        score = {"sure": problem.sure, "gcv": problem.gcv}[name]
        assert value == pytest.approx(score(weight, trace), rel=1e-6, abs=1e-9)


def test_stacked_sensors_with_their_own_levels():
    first, second = linear(0, diagonal=True, sigma=0.1), linear(1, diagonal=True, sigma=0.4)
    physics = stack(first.physics, second.physics)
    y = physics(torch.ones(1, 1, 1, 30, dtype=torch.float64), rng=generator())
    whitened = np.concatenate([p.physics.matrix.numpy() / p.sigma for p in (first, second)])
    data = np.concatenate([part[0].numpy() / sigma for part, sigma in zip(y, (0.1, 0.4), strict=True)])
    choice = choose_weight(MODEL, y, physics, SURE(), rng=generator())
    gcv = choose_weight(MODEL, y, physics, GCV(), rng=generator())
    discrepancy = choose_weight(MODEL, y, physics, DiscrepancyPrinciple(), WeightRange(tol=ACCURACY))

    def hat(weight):
        return whitened @ np.linalg.solve(whitened.T @ whitened + weight * np.eye(30), whitened.T)

    def misfit(weight):
        return np.sum((hat(weight) @ data - data) ** 2)

    b = np.concatenate([shift.sign().numpy()[0] for shift in draw_shifts(y, 1.0, 1, generator())[0]])
    e = np.concatenate([shift.abs().numpy()[0] for shift in draw_shifts(y, 1.0, 1, generator())[0]])
    e = e / np.repeat([0.1, 0.4], 30)
    for weight, value, free in zip(
        choice.weights[:, 0], choice.values[:, 0], choice.series["divergence"][:, 0], strict=True
    ):
        assert value.item() == pytest.approx(misfit(weight.item()) / 60 - 1 + 2 * free.item(), rel=1e-6)
        # In units of each sensor's noise the change is e b, one e per sensor; off the diagonal the two meet.
        assert free.item() == pytest.approx((b / e) @ hat(weight.item()) @ (e * b) / 60, rel=1e-6)
    for weight, value, free in zip(
        gcv.weights[:, 0], gcv.values[:, 0], 1 - gcv.series["divergence"][:, 0], strict=True
    ):
        assert value.item() == pytest.approx(misfit(weight.item()) / 60 / free.item() ** 2, rel=1e-6)
    root = scipy.optimize.brentq(lambda t: misfit(np.exp(t)) / 60 - 1, -12, 12)
    assert abs(np.log(discrepancy.weight.item()) - root) < ACCURACY


def test_complex_measurements_count_twice():
    matrix = torch.complex(random(9, 6, seed=1), random(9, 6, seed=2)).to(torch.complex128)
    physics = Dense(matrix, GaussianNoise(0.3))
    y = physics(torch.complex(random(1, 1, 1, 6, seed=3), random(1, 1, 1, 6, seed=4)).to(matrix), rng=generator())
    model = Variational(MODEL.algorithm, MODEL.prior, init=lambda y, physics: physics.A_adjoint(y), tol=1e-9)
    choice = choose_weight(model, y, physics, SURE(), rng=generator())
    (shift,) = draw_shifts(y, 1.0, 1, generator())
    b, data, a = torch.sgn(shift.real).numpy()[0] + 1j * torch.sgn(shift.imag).numpy()[0], y[0].numpy(), matrix.numpy()
    for weight, value in zip(choice.weights[:, 0].tolist(), choice.values[:, 0].tolist(), strict=True):
        hat = a @ np.linalg.solve(a.conj().T @ a + weight * 0.09 * np.eye(6), a.conj().T)
        misfit, trace = np.sum(np.abs(hat @ data - data) ** 2) / 0.09, (b.conj() @ hat @ b).real
        assert value == pytest.approx((misfit - 18 + 2 * trace) / 18, rel=1e-6)


@pytest.mark.parametrize("criterion", [DiscrepancyPrinciple(), SURE()])
@pytest.mark.parametrize("noise", [None, LaplaceNoise(0.1)])
def test_an_unknown_level_is_refused_with_advice(criterion, noise):
    with pytest.raises(CapabilityError, match="GCV or Whiteness"):
        choose_weight(MODEL, torch.rand(1, 1, 4, 4), Denoising(noise), criterion)


def test_arguments_of_the_criteria():
    for criterion in (SURE, GCV):
        with pytest.raises(ArgumentError, match="`probes`"):
            criterion(probes=0)
        with pytest.raises(ArgumentError, match="`epsilon`"):
            criterion(epsilon=0.0)
    plug_and_play = Variational(MODEL.algorithm, PnP(TVDenoiser()))
    with pytest.raises(CapabilityError, match="value for LCurve"):
        choose_weight(plug_and_play, torch.rand(1, 1, 4, 4), Denoising(), LCurve(), WeightRange(low=0.1, high=1.0))
    problem = linear(0, diagonal=True)
    with pytest.raises(ShapeError, match="must be images"):
        choose_weight(MODEL, problem.y, problem.physics, Whiteness())
    with pytest.raises(ArgumentError, match="`points` must leave"):
        choose_weight(MODEL, problem.y, problem.physics, LCurve(), WeightRange(points=4))
