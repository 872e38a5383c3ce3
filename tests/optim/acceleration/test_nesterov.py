from functools import cache

import pytest
import torch

from preimage.errors import CapabilityError
from preimage.optim import ADMM, FISTA, GD, L2, PGD, Backtracking, Nesterov, Variational
from tests.example import Example
from tests.optim.problems import PROBLEMS

EXAMPLES = {
    Nesterov: [Example(lambda: Nesterov(PGD()))],
}


problem = cache(lambda name: PROBLEMS[name]())


def run(algorithm, name: str, steps: int):
    p = problem(name)
    visited = []
    Variational(algorithm, p.prior, max_steps=steps, tol=None).solve(
        p.y, p.physics, [lambda _, state: visited.append((state.x, state.z, state.a))]
    )
    return visited


@pytest.mark.parametrize("name", ["ridge", "lasso", "box"])
def test_around_proximal_gradient_it_is_fista_step_by_step(name):
    for found, wanted in zip(run(Nesterov(PGD()), name, 40), run(FISTA(), name, 40), strict=True):
        for a, b in zip(found, wanted, strict=True):
            torch.testing.assert_close(a, b, rtol=1e-14, atol=1e-14)


def test_around_gradient_descent_it_is_nesterov_s_method():
    p = problem("ridge")
    f = L2(p.physics, p.y, 0.5)
    t = 1 / (float(f.lipschitz(p.minimiser[:1])) + 2.0)  # pyright: ignore
    x = z = torch.zeros_like(p.minimiser)
    a = 1.0
    for _ in range(25):
        following = z - t * (f.grad(z) + p.prior.grad(z))
        after = (1 + (1 + 4 * a**2) ** 0.5) / 2
        x, z, a = following, following + (a - 1) / after * (following - x), after
    model = Variational(Nesterov(GD()), p.prior, init=lambda y, _: torch.zeros_like(x), max_steps=25, tol=None)
    torch.testing.assert_close(model(p.y, p.physics), x, rtol=1e-12, atol=1e-14)


def test_it_reports_the_inner_step_size_and_step_counter():
    p = problem("lasso")
    step_size = torch.tensor([0.001, 0.002, 0.003], dtype=torch.float64)
    solution = Variational(Nesterov(PGD(step_size)), p.prior, max_steps=4, tol=None).solve(p.y, p.physics, trace=True)
    assert torch.equal(solution.history.series["step_size"], step_size.expand(4, 3))
    assert solution.state.k == 4


def test_samples_are_independent():
    p = problem("lasso")
    model = Variational(Nesterov(PGD()), p.prior, max_steps=2000, tol=1e-6)
    together = model.solve(p.y, p.physics)
    for index in range(3):
        alone = model.solve(p.y[index : index + 1], p.physics)
        torch.testing.assert_close(alone.x[0], together.x[index], rtol=0, atol=1e-9)


def test_gradients_reach_the_step_size():
    p = problem("ridge")
    t = torch.tensor(0.002, dtype=torch.float64, requires_grad=True)

    def last(step_size: torch.Tensor) -> torch.Tensor:
        return Variational(Nesterov(PGD(step_size)), p.prior, max_steps=5, tol=None)(p.y, p.physics).sum()

    assert torch.autograd.gradcheck(last, (t,))


def test_momentum_cannot_move_what_remembers_more_than_its_estimate():
    for algorithm in (FISTA(), ADMM()):
        with pytest.raises(CapabilityError, match="MemorylessAlgorithm"):
            Nesterov(algorithm)  # pyright: ignore[reportArgumentType]
    p = problem("lasso")
    with pytest.raises(CapabilityError, match="MemorylessAlgorithm"):
        Variational(Nesterov(Backtracking(FISTA())), p.prior)(p.y, p.physics)
