from functools import cache

import numpy as np
import pytest
import scipy.optimize
import torch
from torch import Tensor

from preimage.errors import ArgumentError, CapabilityError
from preimage.functional import Smooth, Zero
from preimage.optim import ADMM, FISTA, GD, PGD, Backtracking, Nesterov, Tikhonov, Variational
from preimage.optim.prior import Box
from preimage.physics import GaussianNoise, Inpainting, Physics, PoissonNoise
from tests.example import Example
from tests.optim.problems import PROBLEMS

EXAMPLES = {
    Backtracking: [Example(lambda: Backtracking(PGD()))],
}


problem = cache(lambda name: PROBLEMS[name]())

ALGORITHMS = [PGD(), FISTA(), Nesterov(Backtracking(PGD())), Backtracking(PGD(), grow=1.5)]


def around(algorithm):
    return Backtracking(algorithm) if isinstance(algorithm, (PGD, FISTA)) else algorithm


class WithBackground(Physics):
    """``A x + background``."""

    def __init__(self, matrix: Tensor, background: float, noise: PoissonNoise) -> None:
        super().__init__(noise)
        self.matrix = matrix
        self.background = background

    def A(self, x: Tensor) -> Tensor:
        return x.flatten(1) @ self.matrix.mT + self.background


class Power(Physics):
    """``|A x|^2``."""

    def __init__(self, matrix: Tensor) -> None:
        super().__init__(GaussianNoise(1.0))
        self.matrix = matrix

    def A(self, x: Tensor) -> Tensor:
        return (x.flatten(1).to(self.matrix.dtype) @ self.matrix.mT).abs().square()


class Parabola(Smooth):
    """``curvature / 2 ||x||^2``, one curvature per sample; counts its gradients."""

    def __init__(self, curvature: Tensor, sign: float = 1.0) -> None:
        super().__init__()
        self.curvature = curvature
        self.sign = sign
        self.calls = []

    def forward(self, x: Tensor) -> Tensor:
        return self.curvature / 2 * x.square().flatten(1).sum(1)

    def grad(self, x: Tensor) -> Tensor:
        self.calls.append(x)
        return self.sign * self.curvature[:, None, None, None] * x


def step(algorithm, f: Smooth, g, x: Tensor):
    prepared = algorithm.prepare(f, g, x)
    return prepared.step(f, g, prepared.init(x))


CURVATURE = torch.tensor([1.0, 4.0, 0.25], dtype=torch.float64)


@pytest.mark.parametrize("algorithm", [GD(), PGD(), FISTA()], ids=repr)
def test_the_longest_step_of_the_geometric_series_below_the_inverse_curvature(algorithm):
    x = torch.ones(3, 1, 2, 2, dtype=torch.float64)
    f = Parabola(CURVATURE)
    state = step(Backtracking(algorithm, first=7.0), f, Zero(), x)
    assert state.t.tolist() == [7 / 8, 7 / 32, 7 / 2]
    torch.testing.assert_close(state.x, (1 - state.t * CURVATURE)[:, None, None, None] * x)
    assert len(f.calls) == 1, "every trial took the gradient anew"


def test_both_terms_of_gradient_descent_count():
    x = torch.ones(3, 1, 2, 2, dtype=torch.float64)
    state = step(Backtracking(GD(), first=7.0), Parabola(CURVATURE), Tikhonov(1.0), x)
    assert state.t.tolist() == [7 / 16, 7 / 64, 7 / 16]
    torch.testing.assert_close(state.x, (1 - state.t * (CURVATURE + 1))[:, None, None, None] * x)


def test_the_first_step_size_is_the_inverse_curvature_unless_it_is_given():
    x = torch.ones(3, 1, 2, 2, dtype=torch.float64)
    found = Backtracking(PGD()).prepare(Parabola(CURVATURE), Zero(), x).first
    torch.testing.assert_close(found, 1 / CURVATURE, rtol=1e-9, atol=0)
    assert Backtracking(PGD(3.0)).prepare(Parabola(CURVATURE), Zero(), x).first == 3.0
    assert Backtracking(PGD(3.0), first=2.0).prepare(Parabola(CURVATURE), Zero(), x).first == 2.0
    at_rest = Backtracking(PGD()).prepare(Parabola(CURVATURE), Zero(), 0 * x).first
    assert at_rest.tolist() == [1, 1, 1]  # pyright: ignore


def test_a_step_that_cannot_descend_ends_with_the_smallest_size():
    x = torch.ones(3, 1, 2, 2, dtype=torch.float64)
    state = step(Backtracking(PGD(), first=1.0, max_trials=6), Parabola(CURVATURE, sign=-1.0), Zero(), x)
    assert state.t.tolist() == [2.0**-5] * 3


@pytest.mark.parametrize("algorithm", ALGORITHMS, ids=repr)
def test_poisson_counts_over_a_background_which_have_no_lipschitz_constant(algorithm):
    generator = torch.Generator().manual_seed(0)
    matrix = torch.rand(12, 6, generator=generator, dtype=torch.float64) + 3 * torch.eye(6).repeat(2, 1)
    truth = torch.rand(2, 1, 1, 6, generator=generator, dtype=torch.float64).round(decimals=1) * 2
    physics = WithBackground(matrix, 0.1, PoissonNoise(0.05))
    y = physics(truth, rng=generator)
    start = lambda y, _: torch.full_like(truth, 0.5)  # noqa: E731
    with pytest.raises(CapabilityError, match="give step_size"):
        Variational(PGD(), Box(0.0, None), init=start)(y, physics)
    model = Variational(around(algorithm), Box(0.0, None), init=start, max_steps=2000, tol=1e-8)
    found = model.solve(y, physics)
    a = matrix.numpy()
    for x, data in zip(found.x.flatten(1), y.numpy(), strict=True):
        value = lambda v, d=data: np.sum(a @ v + 0.1 - d * np.log(a @ v + 0.1)) / 0.05  # noqa: E731
        slope = lambda v, d=data: a.T @ (1 - d / (a @ v + 0.1)) / 0.05  # noqa: E731
        wanted = scipy.optimize.minimize(
            value, np.full(6, 0.5), jac=slope, bounds=[(0, None)] * 6, options={"ftol": 1e-15, "gtol": 1e-9}
        )
        assert value(x.numpy()) <= wanted.fun + 1e-9 * abs(wanted.fun)
        np.testing.assert_allclose(x.numpy(), wanted.x, rtol=0, atol=1e-4)


def test_phase_retrieval_descends_at_every_step_to_an_image_that_explains_the_data():
    generator = torch.Generator().manual_seed(1)
    matrix = torch.randn(60, 8, generator=generator, dtype=torch.complex128)
    truth = torch.randn(2, 1, 1, 8, generator=generator, dtype=torch.float64)
    physics = Power(matrix)
    model = Variational(
        Backtracking(GD(), grow=1.5),
        init=lambda *_: truth + 0.3 * torch.randn(truth.shape, generator=generator, dtype=torch.float64),
        max_steps=600,
        tol=1e-11,
    )
    solution = model.solve(physics.A(truth), physics, trace=True)
    objective = solution.history.series["objective"].nan_to_num()
    assert float(objective.diff(dim=0).max()) <= 1e-9
    torch.testing.assert_close(solution.x, truth, rtol=0, atol=1e-6)
    sizes = solution.history.series["step_size"]
    assert float(sizes[sizes.isfinite()].max()) > 0


def test_rounding_does_not_shrink_the_step_at_the_minimum():
    generator = torch.Generator().manual_seed(0)
    s = torch.rand(1, 1, 1, 30, generator=generator) + 0.1
    physics = Inpainting(s, GaussianNoise(0.01))
    y = 100 + torch.rand(1, 1, 1, 30, generator=generator)
    shortest = 0.01**2 / float(s.max()) ** 2  # 1 / L
    wanted = s * y / (s**2 + 0.01**2 * 1e4)
    for grow in (1.0, 1.3):
        model = Variational(Backtracking(PGD(), grow=grow), Tikhonov(1e4), max_steps=400, tol=None)
        solution = model.solve(y, physics, trace=True)
        assert float(solution.history.series["step_size"].min()) >= 0.45 * shortest
        torch.testing.assert_close(solution.x, wanted, rtol=1e-6, atol=0)


@pytest.mark.parametrize("algorithm", ALGORITHMS, ids=repr)
@pytest.mark.parametrize("name", ["ridge", "lasso", "box"])
def test_known_minimisers(algorithm, name):
    p = problem(name)
    solution = Variational(around(algorithm), p.prior, max_steps=5000, tol=1e-9).solve(p.y, p.physics)
    torch.testing.assert_close(solution.x, p.minimiser, rtol=0, atol=1e-5)


@pytest.mark.parametrize("algorithm", ALGORITHMS, ids=repr)
def test_samples_are_independent(algorithm):
    p = problem("lasso")
    model = Variational(around(algorithm), p.prior, max_steps=60, tol=None)
    together = model.solve(p.y, p.physics, trace=True)
    for index in range(3):
        alone = model.solve(p.y[index : index + 1], p.physics, trace=True)
        torch.testing.assert_close(alone.x[0], together.x[index], rtol=0, atol=1e-9)
        torch.testing.assert_close(
            alone.history.series["step_size"][:, 0], together.history.series["step_size"][:, index], rtol=1e-6, atol=0
        )


def test_gradients_flow_through_the_steps_at_the_sizes_found():
    p = problem("ridge")
    y = p.y.clone().requires_grad_()
    model = Variational(Backtracking(PGD(0.01)), p.prior, max_steps=4, tol=None)
    solution = model.solve(y, p.physics)
    fixed = Variational(PGD(solution.state.t.detach()), p.prior, max_steps=4, tol=None)
    found, wanted = (torch.autograd.grad(x.sum(), y)[0] for x in (solution.x, fixed(y, p.physics)))
    sizes = model.solve(p.y, p.physics, trace=True).history.series["step_size"]
    assert torch.equal(sizes[0], sizes[-1])
    torch.testing.assert_close(found, wanted)


def test_arguments_are_checked():
    for make in (
        lambda: Backtracking(PGD(), shrink=1.0),
        lambda: Backtracking(PGD(), grow=0.5),
        lambda: Backtracking(PGD(), max_trials=0),
    ):
        with pytest.raises(ArgumentError):
            make()
    with pytest.raises(CapabilityError, match="GradientAlgorithm"):
        Backtracking(ADMM())  # pyright: ignore[reportArgumentType]
    with pytest.raises(CapabilityError, match="fidelity must be Smooth"):
        Backtracking(PGD()).prepare(Box(), Zero(), torch.ones(1, 1, 2, 2))
