import pytest
import scipy.sparse.linalg
import torch

from preimage.solve import minres
from tests.solve.dense import DTYPES, apply, close, hermitian, pseudo_inverse, random, relative

INDEFINITE = [3.0, -2.0, 1.0, -0.5, 0.7, 0.3, -1.5, 2.0]
SINGULAR = [3.0, -2.0, 1.0, -0.5, 0.7, 0.0, 0.0, 0.0]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("values", [INDEFINITE, [2.0, 1.0, 0.5, 0.25], SINGULAR])
def test_solution_of_a_dense_system(values, dtype):
    matrix = hermitian(values, dtype)
    b = apply(matrix)(random(3, len(values), dtype=dtype))
    b[1] = 0
    solution = minres(apply(matrix), b)
    assert relative(solution.x, apply(pseudo_inverse(matrix))(b)) < close(dtype)
    assert torch.equal(solution.x[1], torch.zeros_like(b[1]))
    assert bool(solution.converged.all())


@pytest.mark.parametrize("dtype", DTYPES)
def test_least_squares_residual_where_there_is_no_solution(dtype):
    matrix = hermitian(SINGULAR, dtype)
    b = random(3, 8, dtype=dtype)
    solution = minres(apply(matrix), b)
    best = b - apply(matrix @ pseudo_inverse(matrix))(b)
    assert relative(b - apply(matrix)(solution.x), best) < 10 * close(dtype)
    assert bool(solution.converged.all())


def test_iterates_are_those_of_scipy():
    matrix = hermitian(INDEFINITE, torch.float64, batch=1)
    b = random(1, 8, dtype=torch.float64)
    for steps in (1, 3, 5):
        ours = minres(apply(matrix), b, tol=1e-15, max_steps=steps).x[0].numpy()
        theirs = scipy.sparse.linalg.minres(matrix[0].numpy(), b[0].numpy(), rtol=1e-15, maxiter=steps)[0]
        assert abs(ours - theirs).max() < 1e-10


def test_samples_are_independent():
    matrix = hermitian(INDEFINITE, torch.float64)
    b = random(3, 8, dtype=torch.float64)
    together = minres(apply(matrix), b)
    for index in range(3):
        alone = minres(apply(matrix[index : index + 1]), b[index : index + 1])
        torch.testing.assert_close(alone.x[0], together.x[index], rtol=1e-10, atol=1e-12)


def test_gradients_are_those_of_the_dense_inverse():
    values = torch.tensor([3.0, -2.0, 1.0, -0.5], dtype=torch.float64, requires_grad=True)
    basis = torch.linalg.qr(random(2, 4, 4, dtype=torch.float64))[0]
    b = random(2, 4, dtype=torch.float64).requires_grad_()
    probe = random(2, 4, dtype=torch.float64, seed=5)

    def pull(solve):
        return torch.autograd.grad((solve(basis @ torch.diag(values) @ basis.mT) * probe).sum(), (values, b))

    ours = pull(lambda matrix: minres(apply(matrix), b, tol=1e-13).x)
    truth = pull(lambda matrix: torch.linalg.solve(matrix, b[..., None])[..., 0])
    for found, wanted in zip(ours, truth, strict=True):
        assert relative(found, wanted) < 1e-9
