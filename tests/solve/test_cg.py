import pytest
import torch

from preimage.errors import CapabilityError
from preimage.solve import cg
from tests.solve.dense import DTYPES, apply, close, hermitian, pseudo_inverse, random, relative

DEFINITE = [3.0, 2.0, 1.0, 0.5, 0.7, 0.3]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("values", [DEFINITE, [3.0, 1.0, 0.5, 0.0, 0.0]])
def test_solution_of_a_dense_system(values, dtype):
    matrix = hermitian(values, dtype)
    b = apply(matrix)(random(3, len(values), dtype=dtype))
    b[1] = 0
    solution = cg(apply(matrix), b)
    assert relative(solution.x, apply(pseudo_inverse(matrix))(b)) < close(dtype)
    assert torch.equal(solution.x[1], torch.zeros_like(b[1]))
    assert solution.converged.all()
    assert int(solution.steps[1]) == 0


def test_a_start_at_the_solution_stays_and_a_zero_right_hand_side_gives_zero():
    matrix = hermitian(DEFINITE, torch.float64)
    truth = random(3, 6, dtype=torch.float64)
    b = apply(matrix)(truth)
    b[2] = 0
    solution = cg(apply(matrix), b, x0=truth)
    assert torch.equal(solution.x[:2], truth[:2])
    assert torch.equal(solution.x[2], torch.zeros(6, dtype=torch.float64))
    assert solution.steps.tolist() == [0, 0, 0]


def test_samples_are_independent():
    matrix = hermitian(DEFINITE, torch.float64)
    matrix[1] = torch.eye(6)
    b = random(3, 6, dtype=torch.float64)
    b[0, 0] = float("nan")
    together = cg(apply(matrix), b)
    assert together.converged.tolist() == [False, True, True]
    assert int(together.steps[1]) == 1
    for index in (1, 2):
        alone = cg(apply(matrix[index : index + 1]), b[index : index + 1])
        torch.testing.assert_close(alone.x[0], together.x[index], rtol=1e-12, atol=1e-13)
    assert bool(together.x[0].isnan().any())


def test_right_hand_sides_of_several_parts():
    first, second = hermitian(DEFINITE, torch.float64), hermitian([2.0, 1.0, 0.5], torch.float64)
    b = (random(3, 6, dtype=torch.float64), random(3, 3, dtype=torch.float64))
    solution = cg(lambda x: (apply(first)(x[0]), apply(second)(x[1])), b)
    for found, matrix, part in zip(solution.x, (first, second), b, strict=True):
        assert relative(found, torch.linalg.solve(matrix, part[..., None])[..., 0]) < 1e-9


@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128])
def test_gradients_are_those_of_the_dense_inverse(dtype):
    root = random(2, 5, 5, dtype=dtype).requires_grad_()
    b = random(2, 5, dtype=dtype).requires_grad_()
    probe = random(2, 5, dtype=dtype, seed=5)

    def pull(solve):
        matrix = root.mH @ root + torch.eye(5)
        return torch.autograd.grad((solve(matrix) * probe.conj()).real.sum(), (root, b))

    ours = pull(lambda matrix: cg(apply(matrix), b, tol=1e-13).x)
    truth = pull(lambda matrix: torch.linalg.solve(matrix, b[..., None])[..., 0])
    for found, wanted in zip(ours, truth, strict=True):
        assert relative(found, wanted) < 1e-9


def test_a_second_derivative_is_refused_rather_than_wrong():
    b = random(1, 4, dtype=torch.float64).requires_grad_()
    scale = torch.ones((), dtype=torch.float64, requires_grad=True)
    x = cg(lambda v: (1 + scale**2) * v, b).x
    with pytest.raises(CapabilityError, match="first order"):
        torch.autograd.grad(x.square().sum(), scale, create_graph=True)


def test_an_infinite_right_hand_side_has_not_converged():
    solution = cg(lambda v: 2 * v, torch.tensor([[1.0, 2.0], [torch.inf, 1.0]]))
    assert solution.converged.tolist() == [True, False]
