import torch

from preimage.solve import Broyden
from preimage.solve.broyden import _terms
from tests.solve.dense import apply, hermitian, random


def test_the_approximate_inverse_maps_every_change_of_the_residual_to_its_step() -> None:
    """The secant equation ``B y = -s`` of the last step, and ``B = I`` on what is orthogonal to all."""
    matrix, b = hermitian([0.1, 0.4, 0.7, 0.9, 0.95], torch.float64), random(3, 5, dtype=torch.float64)
    solver, multiply = Broyden(), apply(matrix)
    f = lambda x: multiply(x) + b  # noqa: E731
    state = solver.init(torch.zeros_like(b))
    for _ in range(4):
        before, state = state, solver.step(f, state)
        if before.count.any() or before.residual.isfinite().all():
            s = before.point - (before.x - before.change)
            y = state.change - before.change
            torch.testing.assert_close(y + _terms(state.left, state.right, y), -s, rtol=1e-9, atol=1e-12)
    assert state.count.tolist() == [3, 3, 3]
    assert bool((state.residual > 0).all())


def test_on_a_linear_map_it_ends_after_twice_as_many_steps_as_dimensions() -> None:
    """Gay 1979: Broyden's method ends in at most 2 n steps."""
    matrix, b = hermitian([0.2, 0.5, 0.9], torch.float64), random(3, 3, dtype=torch.float64)
    solver, multiply = Broyden(), apply(matrix)
    state = solver.init(torch.zeros_like(b))
    for _ in range(7):
        state = solver.step(lambda x: multiply(x) + b, state)
    wanted = torch.linalg.solve(torch.eye(3) - matrix, b)
    torch.testing.assert_close(state.x, wanted, rtol=0, atol=1e-9)


def test_a_full_memory_is_emptied() -> None:
    matrix, b = hermitian([0.1, 0.4, 0.7, 0.9, 0.95], torch.float64), random(3, 5, dtype=torch.float64)
    solver, multiply, counts = Broyden(memory=2), apply(matrix), []
    state = solver.init(torch.zeros_like(b))
    for _ in range(6):
        state = solver.step(lambda x: multiply(x) + b, state)
        counts.append(int(state.count[0]))
    assert counts == [0, 1, 2, 1, 2, 1]
