import pytest
import torch

from preimage.models.ram.krylov import krylov_solves
from tests.models.problems import normal


def dense(dtype, size=7):
    """A Hermitian positive semidefinite matrix of rank 5 for each of two samples, and right-hand sides in its range."""
    factor = normal(2, 5, size, dtype=dtype)
    matrix = factor.mH @ factor
    return matrix, (matrix @ normal(2, size, 1, seed=1, dtype=dtype))[..., 0]


def apply_to(matrix):
    return lambda x: (matrix @ x[..., None])[..., 0]


@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128])
def test_as_many_steps_as_the_rank_give_every_solution(dtype):
    matrix, b = dense(dtype)
    shifts = [torch.tensor([0.1, 2.0]).double(), torch.tensor([3.0, 1e-3]).double()]
    for steps in (5, 9):  # beyond the rank the space is exhausted, and nothing changes
        for rho, x in zip(shifts, krylov_solves(apply_to(matrix), b, shifts, steps), strict=True):
            exact = torch.linalg.solve(matrix + rho[:, None, None] * torch.eye(7), b)
            torch.testing.assert_close(x, exact, rtol=1e-8, atol=1e-8)


def test_few_steps_are_those_of_conjugate_gradients():
    """The iterate is the best of its Krylov space in the norm of the matrix."""
    matrix, b = dense(torch.float64)
    (x,) = krylov_solves(apply_to(matrix), b, [torch.full((2,), 0.5).double()], 3)
    full = matrix + 0.5 * torch.eye(7)
    space = torch.stack([b, apply_to(matrix)(b), apply_to(matrix)(apply_to(matrix)(b))], 2)
    weights = torch.linalg.solve(space.mH @ full @ space, space.mH @ b[..., None])
    torch.testing.assert_close(x, (space @ weights)[..., 0], rtol=1e-7, atol=1e-9)


def test_zero_gives_zero_and_gradients_are_right():
    matrix, b = dense(torch.float64)
    shift = torch.tensor([0.3, 0.7]).double().requires_grad_()
    assert torch.equal(krylov_solves(apply_to(matrix), 0 * b, [shift], 3)[0], 0 * b)
    b = b.requires_grad_()
    assert torch.autograd.gradcheck(lambda b, s: krylov_solves(apply_to(matrix), b, [s], 3)[0], (b, shift))
    b = torch.zeros_like(b).requires_grad_()
    krylov_solves(apply_to(matrix), b, [shift], 3)[0].sum().backward()
    assert b.grad.isfinite().all()
