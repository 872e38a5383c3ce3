from functools import cache

import pytest
import torch

from preimage.optim import ADMM, DRS, FISTA, GD, L2, PDHG, PGD, Anderson, Backtracking, Variational
from preimage.optim.prior import Box, L1Prior, Tikhonov
from preimage.physics import Denoising, GaussianNoise, Inpainting, stack
from preimage.solve import Reason
from tests.example import Example
from tests.optim.problems import PROBLEMS

EXAMPLES = {
    Anderson: [Example(lambda: Anderson(PGD()))],
}


problem = cache(lambda name: PROBLEMS[name]())

ALGORITHMS = [PGD(), ADMM(), DRS(), PDHG(), Backtracking(PGD())]


def solve(algorithm, name: str):
    p = problem(name)
    solution = Variational(algorithm, p.prior, max_steps=3000, tol=1e-9).solve(p.y, p.physics)
    return p, solution


@pytest.mark.parametrize("algorithm", ALGORITHMS, ids=repr)
@pytest.mark.parametrize("name", ["ridge", "lasso", "box"])
def test_the_same_minimiser_in_far_fewer_steps(algorithm, name):
    p, plain = solve(algorithm, name)
    _, mixed = solve(Anderson(algorithm), name)
    torch.testing.assert_close(mixed.x, p.minimiser, rtol=0, atol=1e-6)
    assert bool(mixed.converged.all())
    factor = 1 if name == "box" else 4  # plain methods find the active set of the box soon
    assert int(mixed.steps.max()) < int(plain.steps.max()) / factor


def test_gradient_descent_becomes_gmres():
    # Three distinct eigenvalues of the Hessian: as many Krylov dimensions hold the solution.
    s = torch.tensor([0.1, 0.1, 0.4, 0.4, 1.0, 1.0], dtype=torch.float64).reshape(1, 1, 1, 6)
    y = torch.arange(1.0, 7.0).double().reshape(1, 1, 1, 6)
    model = Variational(Anderson(GD(), regularization=0), Tikhonov(0.01), max_steps=50, tol=1e-10)
    solution = model.solve(y, Inpainting(s, GaussianNoise(1.0)))
    torch.testing.assert_close(solution.x, s * y / (s**2 + 0.01), rtol=1e-8, atol=0)
    assert int(solution.steps) <= 6
    assert int(Variational(GD(), Tikhonov(0.01), max_steps=5000, tol=1e-10).solve(y, model_physics(s)).steps) > 100


def model_physics(s: torch.Tensor) -> Inpainting:
    return Inpainting(s, GaussianNoise(1.0))


def test_every_estimate_obeys_the_constraints_of_the_prior():
    p = problem("box")
    seen = []
    note = [lambda _, state: seen.append((state.x, state.start.x))]
    Variational(Anderson(PGD()), p.prior, max_steps=30, tol=1e-9).solve(p.y, p.physics, note)
    assert all(bool(((x >= 0) & (x <= 0.5)).all()) for x, _ in seen)
    assert any(bool(((z < 0) | (z > 0.5)).any()) for _, z in seen), "no mixture left the box"


def test_the_residual_of_accepted_steps_never_rises():
    p = problem("lasso")
    trace = []
    note = [lambda _, state: trace.append(state.memory.residual)]
    Variational(Anderson(PGD()), p.prior, max_steps=60, tol=None).solve(p.y, p.physics, note)
    residuals = torch.stack(trace[1:])
    assert bool((residuals.diff(dim=0) <= 1e-12).all())


def test_the_dual_variable_of_stacked_measurements_is_mixed_too():
    y = torch.rand(2, 1, 3, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    physics = stack(Denoising(GaussianNoise(0.1)), 2 * Denoising(GaussianNoise(0.2)))
    wanted = (y / 0.01 + 2 * y / 0.04) / (1 / 0.01 + 4 / 0.04 + 1)
    model = Variational(Anderson(PDHG()), Tikhonov(1.0), max_steps=500, tol=1e-10)
    torch.testing.assert_close(model((y, y), physics), wanted, rtol=0, atol=1e-7)


@pytest.mark.parametrize("algorithm", ALGORITHMS, ids=repr)
def test_samples_are_independent(algorithm):
    p = problem("ridge")
    model = Variational(Anderson(algorithm), p.prior, max_steps=500, tol=1e-6)
    together = model.solve(p.y, p.physics)
    for index in range(3):
        alone = model.solve(p.y[index : index + 1], p.physics)
        torch.testing.assert_close(alone.x[0], together.x[index], rtol=0, atol=1e-7)


def test_a_sample_that_fails_at_once_fails_alone():
    p = problem("lasso")
    y = p.y.clone()
    y[1] = torch.nan
    solution = Variational(Anderson(PDHG()), p.prior, init=lambda *_: 0 * p.minimiser, max_steps=500, tol=1e-9).solve(
        y, p.physics
    )
    assert solution.reason[1] == Reason("diverged", 1)
    torch.testing.assert_close(solution.x[::2], p.minimiser[::2], rtol=0, atol=1e-6)


def test_complex_images_and_single_precision():
    generator = torch.Generator().manual_seed(0)
    s = torch.linspace(0.05, 1, 16).reshape(1, 1, 4, 4)
    y = torch.randn(2, 1, 4, 4, generator=generator, dtype=torch.complex64)
    model = Variational(Anderson(PGD()), L1Prior(0.01), max_steps=2000, tol=1e-6)
    found = model(y, Inpainting(s, GaussianNoise(1.0)))
    matched = s * y
    wanted = matched * (1 - 0.01 / matched.abs().clamp_min(0.01)) / s**2
    assert found.dtype == torch.complex64
    torch.testing.assert_close(found, wanted, rtol=1e-3, atol=1e-3)


def test_step_size_and_counter_are_the_inner_algorithm_s():
    p = problem("lasso")
    solution = Variational(Anderson(PGD(0.002)), Box(0.0, 0.5), max_steps=7, tol=None).solve(p.y, p.physics, trace=True)
    assert solution.state.k == 7
    assert torch.allclose(solution.history.series["step_size"], torch.tensor(0.002))


def test_gradients_through_the_steps():
    p = problem("ridge")
    weight = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    model = Variational(Anderson(PGD()), Tikhonov(weight), max_steps=40, tol=1e-11)
    (found,) = torch.autograd.grad(model(p.y, p.physics).sum(), weight)
    f = L2(p.physics, p.y, 0.5)
    step = 1e-5

    def minimiser(w: float) -> torch.Tensor:
        return f.prox(torch.zeros_like(p.minimiser), 1 / w).sum()  # pyright: ignore

    wanted = (minimiser(2 + step) - minimiser(2 - step)) / (2 * step)
    torch.testing.assert_close(found, wanted, rtol=1e-5, atol=0)


def test_momentum_inside_is_allowed_and_still_converges():
    # The residual of FISTA looks at its estimate alone, which a mixture can leave where it is by chance.
    for name in ("lasso", "box"):
        p, solution = solve(Anderson(FISTA()), name)
        torch.testing.assert_close(solution.x, p.minimiser, rtol=0, atol=1e-6)
