import pytest
import torch

from preimage.errors import CapabilityError
from preimage.solve import bicgstab
from tests.solve.dense import DTYPES, apply, close, random, relative, with_singular_values


def matrices(dtype: torch.dtype, batch: int = 3) -> torch.Tensor:
    """The identity and something half as large: eigenvalues lie in a half plane."""
    other = with_singular_values([0.9, 0.8, 0.7, 0.5, 0.4, 0.2], 6, 6, dtype, batch)
    return torch.eye(6, dtype=dtype) + 0.9 * other


@pytest.mark.parametrize("dtype", DTYPES)
def test_solution_of_a_dense_system(dtype: torch.dtype) -> None:
    matrix, b = matrices(dtype), random(3, 6, dtype=dtype)
    b[1] = 0
    solution = bicgstab(apply(matrix), apply(matrix.mH), b)
    wanted = torch.linalg.solve(matrix, b[..., None])[..., 0]
    assert relative(solution.x, wanted) < close(dtype)
    assert torch.equal(solution.x[1], torch.zeros_like(b[1]))
    assert bool(solution.converged.all())
    assert int(solution.steps[1]) == 0


def test_samples_are_independent() -> None:
    matrix, b = matrices(torch.float64), random(3, 6, dtype=torch.float64)
    matrix[1] = torch.eye(6)
    b[0, 0] = float("nan")
    together = bicgstab(apply(matrix), apply(matrix.mH), b)
    assert together.converged.tolist() == [False, True, True]
    assert int(together.steps[1]) == 1
    for index in (1, 2):
        one = matrix[index : index + 1]
        alone = bicgstab(apply(one), apply(one.mH), b[index : index + 1])
        torch.testing.assert_close(alone.x[0], together.x[index], rtol=1e-11, atol=1e-12)


def test_what_has_not_converged_says_so() -> None:
    matrix, b = matrices(torch.float64), random(3, 6, dtype=torch.float64)
    solution = bicgstab(apply(matrix), apply(matrix.mH), b, max_steps=2)
    assert not bool(solution.converged.any())
    assert solution.steps.tolist() == [2, 2, 2]
    residual = (b - apply(matrix)(solution.x)).norm(dim=1) / b.norm(dim=1)
    torch.testing.assert_close(solution.residual, residual)


@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128])
def test_gradients_are_those_of_the_dense_inverse(dtype: torch.dtype) -> None:
    matrix = matrices(dtype, 2).requires_grad_()
    b, probe = random(2, 6, dtype=dtype).requires_grad_(), random(2, 6, dtype=dtype, seed=5)

    def pull(x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return torch.autograd.grad((x * probe.conj()).real.sum(), (matrix, b))

    ours = pull(bicgstab(apply(matrix), apply(matrix.mH), b, tol=1e-13).x)
    for found, wanted in zip(ours, pull(torch.linalg.solve(matrix, b[..., None])[..., 0]), strict=True):
        assert relative(found, wanted) < 1e-9


def test_a_second_derivative_is_refused_rather_than_wrong() -> None:
    b = random(1, 4, dtype=torch.float64)
    factor = torch.ones((), dtype=torch.float64, requires_grad=True)
    x = bicgstab(lambda v: (1 + factor**2) * v, lambda v: (1 + factor**2) * v, b).x
    with pytest.raises(CapabilityError, match="first order"):
        torch.autograd.grad(x.square().sum(), factor, create_graph=True)
