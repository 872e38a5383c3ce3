import math

import pytest
import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.solve import AndersonMixing, Broyden, Picard, Reason, cg, fixed_point
from tests.solve.dense import DTYPES, apply, hermitian, random, relative

SOLVERS = [Picard(), AndersonMixing(), AndersonMixing(memory=1), Broyden(), Broyden(memory=3)]
SIZE = 12


def linear(dtype: torch.dtype, largest: float = 0.9):
    """``f(x) = M x + b`` with eigenvalues from zero to ``largest``, and its fixed points ``(I - M)^-1 b``."""
    matrix = hermitian(torch.linspace(0, largest, SIZE).tolist(), dtype)
    b = random(3, SIZE, dtype=dtype)
    contraction = apply(matrix)
    return lambda x: contraction(x) + b, torch.linalg.solve(torch.eye(SIZE, dtype=dtype) - matrix, b), b


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("solver", SOLVERS, ids=repr)
def test_a_linear_contraction(solver, dtype):
    double = dtype in (torch.float64, torch.complex128)
    f, wanted, b = linear(dtype)
    tol = 1e-10 if double else 1e-5
    solution = fixed_point(f, torch.zeros_like(b), solver, 500, tol)
    assert bool(solution.converged.all())
    assert solution.x.dtype == dtype
    assert relative(solution.x, wanted) < 10 * tol  # q / (1 - q) = 9 times the residual


def test_each_evaluation_of_the_map_counts_as_a_step():
    calls = []
    f, _, b = linear(torch.float64)

    def counted(x: Tensor) -> Tensor:
        calls.append(x)
        return f(x)

    solution = fixed_point(counted, torch.zeros_like(b), AndersonMixing(), tol=1e-8)
    assert len(calls) == int(solution.steps.max())


def test_mixing_and_broyden_take_far_fewer_steps_than_picard():
    f, _, b = linear(torch.float64, 0.99)
    steps = {
        solver: int(fixed_point(f, torch.zeros_like(b), solver, 5000, 1e-9).steps.max())
        for solver in (Picard(), AndersonMixing(), Broyden())
    }
    assert steps[AndersonMixing()] < steps[Picard()] / 10
    assert steps[Broyden()] < steps[Picard()] / 10


def test_full_memory_is_gmres_and_ends_with_the_number_of_eigenvalues():
    matrix = hermitian([0.1, 0.5, 0.5, 0.95, 0.95, 0.95], torch.float64)
    b = random(3, 6, dtype=torch.float64)
    contraction = apply(matrix)
    solution = fixed_point(
        lambda x: contraction(x) + b, torch.zeros_like(b), AndersonMixing(6, regularization=0), 20, 1e-10
    )
    assert int(solution.steps.max()) == 5  # x0, three Krylov dimensions, and one evaluation to see that it is done


def test_one_dimension_is_the_secant_method():
    # Both methods reduce to it; superlinear, of order 1.6: the digits of cos x = x come in leaps.
    goal = torch.tensor([[0.7390851332151607]], dtype=torch.float64)
    points = [0.3, math.cos(0.3)]
    for _ in range(4):
        (a, b) = points[-2:]
        r = [math.cos(a) - a, math.cos(b) - b]
        points.append(b - r[1] * (b - a) / (r[1] - r[0]))
    for solver in (AndersonMixing(1, regularization=0), Broyden()):
        visited = []
        x0 = torch.tensor([[0.3]], dtype=torch.float64)
        fixed_point(torch.cos, x0, solver, 5, 0.0, [lambda _, state, v=visited: v.append(float(state.point))])
        assert visited == pytest.approx(points[1:], rel=1e-10)
        solution = fixed_point(torch.cos, x0, solver, 60, 1e-12)
        assert int(solution.steps) <= 7
        torch.testing.assert_close(solution.x, goal, rtol=1e-12, atol=0)
    assert int(fixed_point(torch.cos, x0, Picard(), 100, 1e-12).steps) > 60


@pytest.mark.parametrize("solver", SOLVERS, ids=repr)
def test_samples_are_independent(solver):
    rates = torch.tensor([0.1, 0.6, 0.97], dtype=torch.float64)[:, None]
    goal = random(3, 5, dtype=torch.float64)

    def run(rows: slice):
        spread = rates[rows] * torch.linspace(0.2, 1, 5).double()
        f = lambda x: goal[rows] + spread * (x - goal[rows]).sin()  # noqa: E731
        return fixed_point(f, torch.zeros_like(goal[rows]), solver, 300, 1e-8)

    together = run(slice(0, 3))
    assert len(set(together.steps.tolist())) > 1
    for index in range(3):
        alone = run(slice(index, index + 1))
        torch.testing.assert_close(alone.x[0], together.x[index], rtol=1e-12, atol=1e-14)
        assert int(alone.steps) == int(together.steps[index])


@pytest.mark.parametrize("solver", SOLVERS, ids=repr)
def test_a_sample_that_is_not_finite_fails_alone(solver):
    f, wanted, b = linear(torch.float64)
    bad = torch.zeros_like(b)
    bad[1] = torch.nan
    solution = fixed_point(lambda x: f(x) + bad, torch.zeros_like(b), solver, 500, 1e-9)
    assert solution.converged.tolist() == [True, False, True]
    assert solution.reason[1] == Reason("diverged", 1)
    torch.testing.assert_close(solution.x[::2], wanted[::2], rtol=0, atol=1e-6)


@pytest.mark.parametrize("solver", [AndersonMixing(), Broyden()], ids=repr)
def test_a_leap_out_of_the_domain_is_taken_back(solver):
    # f(x) - x = (1 / x - 1) / 10 is flat and convex far out, so the secant leaps below zero, where f is undefined.
    visited = []

    def f(x: Tensor) -> Tensor:
        visited.append(x)
        return torch.where(x > 0, x + 0.1 * (1 / x - 1), torch.nan)

    x0 = torch.full((1, 1), 10.0, dtype=torch.float64)
    solution = fixed_point(f, x0, solver, 300, 1e-12)
    assert bool(solution.converged)
    torch.testing.assert_close(solution.x, torch.ones_like(x0), rtol=1e-10, atol=0)
    assert any(bool((x < 0).any()) for x in visited), "the safeguard was not needed"


def test_the_residual_never_rises_on_a_map_that_never_expands():
    # A proximal gradient step of the lasso, in which the active set changes: unguarded mixtures raise the residual.
    matrix = hermitian([0.01, 0.02, 0.1, 0.3, 1.0, 1.0], torch.float64)
    b = 3 * random(3, 6, dtype=torch.float64)
    multiply = apply(matrix)

    def f(x: Tensor) -> Tensor:
        z = x - multiply(x) + b
        return z.sign() * (z.abs() - 1).clamp_min(0)

    def rises(safeguard: float) -> int:
        residuals = []
        note = [lambda _, state: residuals.append(state.residual)]
        fixed_point(f, torch.zeros_like(b), AndersonMixing(safeguard=safeguard), 100, 1e-9, note)
        return int((torch.stack(residuals).diff(dim=0) > 1e-12).sum())

    assert rises(1.0) == 0
    assert rises(1e9) > 0


def test_damping_reaches_the_fixed_point_that_a_rotation_circles():
    turn = lambda x: torch.stack([-x[:, 1], x[:, 0]], 1) + 1  # noqa: E731
    x0 = torch.zeros(1, 2, dtype=torch.float64)
    assert not bool(fixed_point(turn, x0, Picard(), 200, 1e-8).converged)
    for solver in (Picard(0.5), AndersonMixing(), Broyden()):
        solution = fixed_point(turn, x0, solver, 200, 1e-10)
        torch.testing.assert_close(solution.x, torch.tensor([[0.0, 1.0]]).double(), rtol=0, atol=1e-8)


def test_the_adjoint_equation_of_an_implicit_gradient():
    # w = J^T w + g with a symmetric J: (I - J) w = g by conjugate gradients.
    matrix = hermitian(torch.linspace(-0.9, 0.9, SIZE).tolist(), torch.float64)
    g = random(3, SIZE, dtype=torch.float64, seed=7)
    multiply = apply(matrix)
    wanted = cg(lambda w: w - multiply(w), g).x
    solution = fixed_point(lambda w: multiply(w) + g, torch.zeros_like(g), AndersonMixing(), 200, 1e-10)
    torch.testing.assert_close(solution.x, wanted, rtol=0, atol=1e-8)


@pytest.mark.parametrize("solver", SOLVERS, ids=repr)
def test_gradients_through_the_steps_are_those_of_the_fixed_point(solver):
    scale = torch.tensor([[0.5], [0.8]], dtype=torch.float64, requires_grad=True)
    f = lambda x: scale * (0.5 * x).sin() + torch.arange(1, 4)  # noqa: E731
    solution = fixed_point(f, torch.zeros(2, 3).double(), solver, 200, 1e-12)
    (found,) = torch.autograd.grad(solution.x.sum(), scale)
    x = solution.x.detach()
    wanted = ((0.5 * x).sin() / (1 - 0.5 * scale * (0.5 * x).cos())).sum(1, keepdim=True)
    torch.testing.assert_close(found, wanted, rtol=1e-5, atol=0)


def test_an_exact_start_converges_at_once():
    for solver in SOLVERS:
        solution = fixed_point(lambda x: x, torch.ones(2, 3), solver)
        assert solution.steps.tolist() == [1, 1]
        assert bool(solution.converged.all())


def test_arguments_out_of_range_are_refused():
    for make in (
        lambda: Picard(0.0),
        lambda: Picard(1.5),
        lambda: AndersonMixing(0),
        lambda: AndersonMixing(safeguard=-1.0),
        lambda: Broyden(0),
    ):
        with pytest.raises(ArgumentError):
            make()
