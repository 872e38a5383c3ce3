from functools import cache

import pytest
import torch

from preimage.errors import CapabilityError, ConvergenceError
from preimage.fidelity import likelihood
from preimage.optim import (
    ADMM,
    FISTA,
    GD,
    PDHG,
    PGD,
    Box,
    Discrepancy,
    DualityGap,
    L1Prior,
    ObjectiveChange,
    Tikhonov,
    Variational,
)
from preimage.physics import Blur, BlurFFT, Denoising, GaussianNoise, Inpainting, PoissonNoise, kernels
from preimage.solve import Reason
from tests.doubles import Valueless
from tests.optim.problems import PROBLEMS, Ridge


@cache
def best_on_lasso(prior):
    p = PROBLEMS["lasso"]()
    return Variational(ADMM(), prior, max_steps=20000, tol=1e-12)(p.y, p.physics)


@pytest.mark.parametrize("algorithm", [PGD(), FISTA(), ADMM(), PDHG()], ids=repr)
@pytest.mark.parametrize("prior", [L1Prior(15.0), Tikhonov(2.0)], ids=lambda p: type(p).__name__)
def test_a_duality_gap_bounds_the_distance_from_the_minimum(algorithm, prior):
    p = PROBLEMS["lasso"]()
    tol = 1e-6
    solution = Variational(algorithm, prior, max_steps=20000, tol=DualityGap(tol)).solve(p.y, p.physics)
    assert bool(solution.converged.all())
    f = likelihood(p.physics, p.y)
    reached, least = (f(x) + prior(x) for x in (solution.x, best_on_lasso(prior)))
    assert bool((reached - least <= tol * reached).all())
    # Not met much before: the gap is no empty bound.
    early = Variational(algorithm, prior, max_steps=3, tol=DualityGap(tol)).solve(p.y, p.physics)
    assert not bool(early.converged.any())


def test_a_small_change_of_the_objective():
    p = PROBLEMS["ridge"]()
    model = Variational(GD(), p.prior, max_steps=5000, tol=ObjectiveChange(1e-8))
    solution = model.solve(p.y, p.physics, trace=True)
    objective = solution.history.series["objective"]
    for sample, steps in enumerate(solution.steps.tolist()):
        values = objective[:steps, sample]
        change = (values[1:] - values[:-1]).abs() / values[1:]
        assert float(change[-1]) <= 1e-8 < float(change[-2])
        assert solution.reason[sample] == Reason("converged", steps)


def test_discrepancy_stops_descent_before_it_fits_the_noise():
    generator = torch.Generator().manual_seed(0)
    smooth = torch.linspace(0, 1, 32)[:, None] * torch.linspace(0, 1, 32)
    x = smooth.expand(2, 1, 32, 32)
    physics = Blur(kernels.gaussian_blur(1.5), "circular", noise=GaussianNoise(torch.tensor([0.02, 0.1])))
    y = physics(x, rng=generator)
    zero = lambda y, physics: torch.zeros_like(y)  # noqa: E731
    solution = Variational(GD(), init=zero, max_steps=2000, tol=Discrepancy()).solve(y, physics)
    assert bool(solution.converged.all())
    assert int(solution.steps[0]) > int(solution.steps[1])
    level = (physics.A(solution.x) - y).square().mean((1, 2, 3)).sqrt() / torch.tensor([0.02, 0.1])
    assert bool((level <= 1).all() & (level > 0.95).all())
    late = Variational(GD(), init=zero, max_steps=2000, tol=None)(y, physics)
    error = [float((u - x).square().mean()) for u in (solution.x, late)]
    assert error[0] < 0.5 * error[1]


@pytest.mark.parametrize("blurred", [False, True])
def test_discrepancy_stops_at_the_noise_of_the_pixels_seen(blurred):
    generator = torch.Generator().manual_seed(0)
    x = (torch.linspace(0, 1, 32)[:, None] * torch.linspace(0, 1, 32)).expand(1, 1, 32, 32)
    mask = (torch.rand(1, 1, 32, 32, generator=generator) > 0.7).float()
    blur = BlurFFT(kernels.gaussian_blur(1.0))
    physics = Inpainting(mask, GaussianNoise(0.1)) @ blur if blurred else Inpainting(mask, GaussianNoise(0.1))
    y = mask * physics(x, rng=generator)
    zero = lambda y, physics: torch.zeros_like(y)  # noqa: E731
    model = Variational(GD(step_size=1e-4), init=zero, max_steps=3000, tol=Discrepancy())
    solution = model.solve(y, physics)
    assert bool(solution.converged.all())
    level = (mask * (physics.A(solution.x) - y).square()).sum() / mask.sum() / 0.01
    assert 0.9 < level.item() <= 1


def test_discrepancy_of_a_true_image_is_one():
    generator = torch.Generator().manual_seed(0)
    x = 0.2 + torch.rand(3, 1, 100, 100, generator=generator)
    for noise in (GaussianNoise(torch.tensor([0.1, 0.2, 0.3])), PoissonNoise(0.005)):
        physics = Denoising(noise)
        value = likelihood(physics, physics(x, rng=generator)).discrepancy(x)
        torch.testing.assert_close(value, torch.ones(3), rtol=0, atol=0.06)


def test_a_start_outside_the_constraint_is_not_divergence():
    p = PROBLEMS["box"]()
    for rule in (ObjectiveChange(1e-12), DualityGap(1e-9)):
        model = Variational(PGD(), Box(0, 0.5), init=lambda y, physics: 9 + p.minimiser, max_steps=5000, tol=rule)
        solution = model.solve(p.y, p.physics)
        assert bool(solution.converged.all())
        torch.testing.assert_close(solution.x, p.minimiser, rtol=0, atol=1e-4)


def test_rules_name_what_they_need():
    p = PROBLEMS["ridge"]()
    with pytest.raises(CapabilityError, match="prior must have a value"):
        Variational(PGD(), Valueless(), tol=ObjectiveChange())(p.y, p.physics)
    with pytest.raises(CapabilityError, match="prior must be Conjugable"):
        Variational(PGD(), Ridge(1.0), tol=DualityGap())(p.y, p.physics)
    q = PROBLEMS["absolute deviations"]()
    with pytest.raises(CapabilityError, match="Gaussian or Poisson"):
        Variational(PDHG(), q.prior, q.fidelity, tol=Discrepancy())(q.y, q.physics)


def test_a_trace_holds_objective_and_step_size():
    p = PROBLEMS["lasso"]()
    model = Variational(FISTA(), p.prior, max_steps=20, tol=None)
    solution = model.solve(p.y, p.physics, trace=True)
    f = likelihood(p.physics, p.y)
    torch.testing.assert_close(solution.history.series["objective"][-1], f(solution.x) + p.prior(solution.x))
    torch.testing.assert_close(solution.history.series["step_size"][0], (1 / f.lipschitz(solution.x)).expand(3))
    assert not model.solve(p.y, p.physics).history.series


def test_divergence_is_an_error_where_only_an_image_is_returned():
    p = PROBLEMS["ridge"]()
    model = Variational(GD(torch.tensor([1e-3, 10.0, 1e-3])), p.prior, max_steps=300, tol=None)
    with pytest.raises(ConvergenceError, match=r"^sample 1 of 3 diverged at step"):
        model(p.y, p.physics)
    solution = model.solve(p.y, p.physics)
    assert float((solution.x - p.minimiser)[[0, 2]].abs().max()) < 1
