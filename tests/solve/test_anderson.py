import torch

from preimage.solve import AndersonMixing
from tests.solve.dense import apply, hermitian, random

MATRIX = hermitian([0.1, 0.4, 0.7, 0.9], torch.float64)
B = random(3, 4, dtype=torch.float64)


def test_the_weights_sum_to_one_and_leave_the_least_residual() -> None:
    """Against least squares with the last weight written as one less the others."""
    residuals = random(3, 4, 7, dtype=torch.float64)
    count = torch.tensor([4, 3, 1])
    found = AndersonMixing(3, regularization=0).weights(residuals.unbind(1), count)
    for i, used in enumerate([4, 3, 1]):
        r = residuals[i, :used]
        wanted = torch.zeros(3, dtype=torch.float64)
        if used > 1:
            wanted[: used - 1] = torch.linalg.lstsq((r[0] - r[1:]).mT, r[0][:, None]).solution[:, 0]
        torch.testing.assert_close(found[i], wanted, rtol=1e-8, atol=1e-10)


def test_a_mixture_is_that_of_the_damped_steps() -> None:
    solver, multiply = AndersonMixing(memory=2, damping=0.5), apply(MATRIX)
    f = lambda x: multiply(x) + B  # noqa: E731
    state = solver.init(torch.zeros_like(B))
    points = []
    for _ in range(3):
        points.append(state.point)
        state = solver.step(f, state)
    residuals = torch.stack([f(x) - x for x in reversed(points)], 1)
    steps = torch.stack([x + 0.5 * (f(x) - x) for x in reversed(points)], 1)
    older = solver.weights(residuals.unbind(1), torch.full((3,), 3))
    weights = torch.cat([1 - older.sum(1, keepdim=True), older], 1)
    torch.testing.assert_close(state.point, torch.einsum("bi,bin->bn", weights, steps))
    torch.testing.assert_close(state.residual, residuals[:, 0].norm(dim=1))


def test_a_mixture_that_made_it_worse_is_taken_back() -> None:
    solver = AndersonMixing(memory=2)
    x = torch.tensor([[1.0, 0.0]], dtype=torch.float64)
    point, memory = solver.advance(x, 0.5 * x, solver.start(x))  # the residual is 0.5
    point, memory = solver.advance(point, 0.6 * point, memory)  # 0.2, and a mixture follows
    assert memory.mixed.tolist() == [True]
    plain = memory.steps[0]
    following, memory = solver.advance(point, point + 9.0, memory)
    assert memory.accepted.tolist() == [False]
    assert memory.count.tolist() == [0]
    torch.testing.assert_close(following, plain)
