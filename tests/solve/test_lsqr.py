import pytest
import torch

from preimage.solve import lsqr
from tests.solve.dense import DTYPES, apply, close, pseudo_inverse, random, relative, with_singular_values


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("rows", "columns", "rank"), [(12, 7, 7), (7, 12, 7), (8, 8, 8), (10, 8, 5), (8, 10, 5)])
def test_minimum_norm_least_squares_of_a_dense_matrix(rows, columns, rank, dtype):
    matrix = with_singular_values([3.0, 2.0, 1.5, 1.0, 0.7, 0.5, 0.4, 0.3][:rank], rows, columns, dtype)
    b = random(3, rows, dtype=dtype)
    solution = lsqr(apply(matrix), apply(matrix.mH), b)
    assert relative(solution.x, apply(pseudo_inverse(matrix))(b)) < close(dtype)
    assert bool(solution.converged.all())


def test_a_zero_sample_and_one_outside_the_range_are_exact_and_do_not_disturb_the_others():
    matrix = with_singular_values([3.0, 2.0, 1.0], 6, 4, torch.float64, batch=4)
    b = random(4, 6, dtype=torch.float64)
    b[1] = 0
    b[2] -= (matrix[2] @ pseudo_inverse(matrix[2])) @ b[2]  # orthogonal to the range, up to rounding
    solution = lsqr(apply(matrix), apply(matrix.mH), b)
    assert torch.equal(solution.x[1], torch.zeros(4, dtype=torch.float64))
    assert int(solution.steps[1]) == 0
    torch.testing.assert_close(solution.x, apply(pseudo_inverse(matrix))(b), rtol=1e-9, atol=1e-12)
    for index in range(4):
        alone = lsqr(apply(matrix[index : index + 1]), apply(matrix[index : index + 1].mH), b[index : index + 1])
        torch.testing.assert_close(alone.x[0], solution.x[index], rtol=1e-12, atol=1e-13)
        assert int(alone.steps) == int(solution.steps[index])


def test_a_sample_solved_sooner_stops_changing():
    matrix = torch.stack([torch.eye(6), torch.diag(torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]))]).double()
    b = random(2, 6, dtype=torch.float64)
    solution = lsqr(apply(matrix), apply(matrix.mH), b)
    assert int(solution.steps[0]) == 1
    assert int(solution.steps[1]) == 6
    torch.testing.assert_close(solution.x, b / matrix.diagonal(dim1=1, dim2=2), rtol=1e-12, atol=0)


def test_stacked_measurements():
    first, second = (random(2, 5, 6, dtype=torch.float64, seed=seed) for seed in (1, 2))
    b = (random(2, 5, dtype=torch.float64), random(2, 5, dtype=torch.float64, seed=3))
    solution = lsqr(
        lambda x: (apply(first)(x), apply(second)(x)), lambda y: apply(first.mH)(y[0]) + apply(second.mH)(y[1]), b
    )
    truth = torch.linalg.lstsq(torch.cat([first, second], 1), torch.cat(b, 1)[..., None]).solution[..., 0]
    assert relative(solution.x, truth) < 1e-9


def test_a_sample_that_is_not_finite_says_so_alone():
    matrix = with_singular_values([3.0, 2.0, 1.0], 5, 4, torch.float64)
    b = random(3, 5, dtype=torch.float64)
    b[1, 2] = float("nan")
    solution = lsqr(apply(matrix), apply(matrix.mH), b)
    assert solution.converged.tolist() == [True, False, True]
    assert bool(solution.x[1].isnan().all())
    assert bool(solution.x[[0, 2]].isfinite().all())


@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128])
@pytest.mark.parametrize(("rows", "columns"), [(6, 4), (4, 6), (5, 5)])
def test_gradients_are_those_of_the_dense_pseudo_inverse(rows, columns, dtype):
    singular = [2.0, 1.5, 1.0, 0.7, 0.5][: min(rows, columns)]
    matrix = with_singular_values(singular, rows, columns, dtype).requires_grad_()
    b = random(3, rows, dtype=dtype).requires_grad_()
    probe = random(3, columns, dtype=dtype, seed=5)

    def pull(x):
        return torch.autograd.grad((x * probe.conj()).real.sum(), (matrix, b))

    ours = pull(lsqr(apply(matrix), apply(matrix.mH), b, tol=1e-13).x)
    truth = pull(apply(torch.linalg.pinv(matrix))(b))
    for found, wanted in zip(ours, truth, strict=True):
        assert relative(found, wanted) < 1e-8


def test_the_last_digits_of_an_unreachable_tolerance_are_not_chased():
    matrix = with_singular_values([3.0, 2.0, 1.0], 5, 4, torch.float64)
    solution = lsqr(apply(matrix), apply(matrix.mH), random(3, 5, dtype=torch.float64), tol=0)
    assert int(solution.steps.max()) < 20
