from functools import cache

import pytest
import torch

from preimage.errors import ArgumentError, CapabilityError
from preimage.functional import Zero
from preimage.optim import ADMM, DRS, FISTA, GD, HQS, L2, PDHG, PGD, LogSchedule, Variational
from preimage.physics import Denoising, GaussianNoise
from tests.optim.problems import PROBLEMS, Lasso, Problem, Ridge, ridge

problem = cache(lambda name: PROBLEMS[name]())


def distance(found: torch.Tensor, problem: Problem) -> float:
    return float((found - problem.minimiser).flatten(1).norm(dim=1).max())


SMOOTH_PLUS_PROX = [PGD(), FISTA(), ADMM(), DRS(), DRS(relaxation=1.5), PDHG()]


@pytest.mark.parametrize("algorithm", SMOOTH_PLUS_PROX, ids=repr)
@pytest.mark.parametrize("name", ["ridge", "lasso", "box"])
def test_known_minimisers(algorithm, name):
    p = problem(name)
    solution = Variational(algorithm, p.prior, p.fidelity, max_steps=5000, tol=1e-9).solve(p.y, p.physics)
    assert distance(solution.x, p) < 1e-4
    assert bool(solution.converged.all())


def test_gradient_descent_on_ridge():
    p = problem("ridge")
    assert distance(Variational(GD(), p.prior, max_steps=2000, tol=1e-9)(p.y, p.physics), p) < 1e-6


def test_primal_dual_on_least_absolute_deviations():
    p = problem("absolute deviations")
    solution = Variational(PDHG(), p.prior, p.fidelity, max_steps=20000, tol=1e-9).solve(p.y, p.physics)
    assert distance(solution.x, p) < 1e-4


def test_half_quadratic_splitting_reaches_the_minimiser_as_the_penalty_grows():
    p = problem("lasso")
    far, near = (
        distance(Variational(HQS(t), p.prior, max_steps=400, tol=None)(p.y, p.physics), p)
        for t in (0.1, LogSchedule(0.1, 1e-5, 400))
    )
    assert near < 0.1 * far
    assert near < 0.05


def test_half_quadratic_splitting_with_a_fixed_penalty_minimises_the_penalised_problem():
    r = ridge()
    found = Variational(HQS(0.1), r.prior, max_steps=300, tol=1e-12)(r.y, r.physics)
    # g's Moreau envelope with parameter t is weight / (1 + t weight) / 2 ||x||^2; x = prox_{t g}(v).
    weight = 2.0 / (1 + 0.1 * 2.0)
    v = Variational(GD(), Ridge(weight), max_steps=3000, tol=1e-12)(r.y, r.physics)
    torch.testing.assert_close(found, v / 1.2, rtol=0, atol=1e-8)


def test_acceleration_pays_at_equal_cost():
    p = problem("lasso")
    slow, fast = (
        distance(Variational(algorithm, p.prior, max_steps=60, tol=None)(p.y, p.physics), p)
        for algorithm in (PGD(), FISTA())
    )
    assert fast < 0.5 * slow


@pytest.mark.parametrize("algorithm", SMOOTH_PLUS_PROX, ids=repr)
def test_samples_are_independent(algorithm):
    p = problem("lasso")
    model = Variational(algorithm, p.prior, max_steps=2000, tol=1e-6)
    together = model.solve(p.y, p.physics)
    for index in range(3):
        alone = model.solve(p.y[index : index + 1], p.physics)
        torch.testing.assert_close(alone.x[0], together.x[index], rtol=0, atol=1e-9)
        assert abs(int(alone.steps) - int(together.steps[index])) <= 1


@pytest.mark.parametrize("algorithm", [GD(), *SMOOTH_PLUS_PROX], ids=repr)
def test_one_step_size_per_sample_and_gradients_to_it(algorithm):
    p = problem("ridge")
    step_size = torch.tensor([0.001, 0.002, 0.003], dtype=torch.float64, requires_grad=True)
    model = Variational(type(algorithm)(step_size=step_size), p.prior, max_steps=5, tol=None)
    x = model(p.y, p.physics)
    single = Variational(type(algorithm)(step_size=0.002), p.prior, max_steps=5, tol=None)(p.y[1:2], p.physics)
    torch.testing.assert_close(x[1:2], single, rtol=1e-10, atol=1e-12)
    (gradient,) = torch.autograd.grad(x.sum(), step_size)
    assert bool(gradient.ne(0).all())


def test_a_missing_capability_is_named():
    p = problem("lasso")
    with pytest.raises(CapabilityError, match="prior must be Smooth for GD"):
        Variational(GD(), p.prior)(p.y, p.physics)
    with pytest.raises(CapabilityError, match="fidelity must be Proximable for ADMM"):
        Variational(ADMM(), p.prior, problem("absolute deviations").fidelity)(p.y, p.physics)
    with pytest.raises(CapabilityError, match="give step_size"):
        Variational(PGD(), p.prior, problem("absolute deviations").fidelity)(p.y, p.physics)
    with pytest.raises(ArgumentError, match="prepare"):
        PGD().step(L2(p.physics, p.y), p.prior, PGD().init(p.minimiser))


def test_a_step_size_too_long_says_that_it_diverged():
    p = problem("ridge")
    solution = Variational(GD(step_size=10.0), p.prior, max_steps=2000, tol=1e-9).solve(p.y, p.physics)
    assert all(reason.startswith("diverged at step") for reason in solution.reason)
    assert bool(solution.x.isfinite().all())


def test_one_step_of_proximal_gradient_solves_denoising():
    y = torch.randn(2, 1, 4, 4, generator=torch.Generator().manual_seed(0))
    x = Variational(PGD(), Lasso(2.0), max_steps=1, tol=None)(y, Denoising(GaussianNoise(0.5)))
    torch.testing.assert_close(x, y.sign() * (y.abs() - 0.5).clamp_min(0))


def test_no_prior_and_no_data_are_zero():
    zero, x = Zero(), torch.ones(2, 1, 3, 3)
    assert zero(x).tolist() == [0, 0]
    assert zero.grad(x).count_nonzero() == 0
    assert zero.prox(x, 0.1) is x
