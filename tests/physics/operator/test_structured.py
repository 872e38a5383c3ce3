import pytest
import torch
from torch import Tensor

from preimage.physics.operator.structure import Diagonal
from preimage.physics.operator.structured import Structured
from preimage.transform import Pixels
from tests.example import random

SHAPE = (2, 1, 3, 4)
MATRIX = random(5, 12, low=-1).double()
MATRIX[2] = 0
SCALE = torch.tensor([0.0, 1.0, -2.0, 3.0]).double().expand(1, 1, 3, 4)


class Plain(Structured):
    """A matrix of which nothing is known."""

    def A(self, x: Tensor) -> Tensor:
        return x.flatten(1) @ MATRIX.mT

    def A_adjoint(self, y: Tensor) -> Tensor:
        return (y @ MATRIX).reshape(-1, 1, 3, 4)


class Scaled(Structured):
    """All that it says is its diagonal."""

    def diagonal(self, like: Tensor) -> Diagonal:
        return Diagonal(Pixels(), Pixels(), lambda: SCALE.to(like.dtype))


class Rows(Plain):
    """Orthogonal rows of different lengths: ``A A^H`` is diagonal, ``A`` is not."""

    basis = torch.linalg.qr(random(12, 12, seed=3).double())[0][:5] * torch.tensor([1.0, 2, 0, 3, 1]).double()[:, None]

    def A(self, x: Tensor) -> Tensor:
        return x.flatten(1) @ self.basis.mT

    def A_adjoint(self, y: Tensor) -> Tensor:
        return (y @ self.basis).reshape(-1, 1, 3, 4)

    def outer_diagonal(self, like: Tensor) -> Diagonal:
        return Diagonal(Pixels(), Pixels(), lambda: self.basis.square().sum(1)[None])


def dense(physics: Structured) -> Tensor:
    return physics.A(torch.eye(12, dtype=torch.float64).reshape(12, 1, 3, 4)).flatten(1).mT  # pyright: ignore


@pytest.mark.parametrize("physics", [Plain(), Scaled(), Rows()], ids=lambda physics: type(physics).__name__)
def test_what_follows_from_the_operator_is_that_of_its_matrix(physics: Structured) -> None:
    """By iterations, from ``A = diag(s)``, and from ``A A^H = diag(c)``."""
    matrix, x = dense(physics), random(*SHAPE, seed=1).double()
    y, rho = random(*physics.A(x).shape, seed=2).double(), torch.tensor([0.5, 2.0]).double()  # pyright: ignore
    flat = y.flatten(1)
    torch.testing.assert_close(physics.A_adjoint(y).flatten(1), flat @ matrix)
    torch.testing.assert_close(physics.vjp(x, y).flatten(1), flat @ matrix)
    torch.testing.assert_close(physics.A_dagger(y).flatten(1), flat @ torch.linalg.pinv(matrix).mT)
    torch.testing.assert_close(physics.norm(x).expand(2), torch.linalg.matrix_norm(matrix, 2).expand(2))
    for i in range(2):
        system = matrix.mT @ matrix + rho[i] * torch.eye(12)
        shifted = torch.linalg.solve(system, x[i].flatten())
        torch.testing.assert_close(physics.solve_shifted(x, rho)[i].flatten(), shifted)
        regularised = torch.linalg.solve(system, matrix.mT @ flat[i])
        torch.testing.assert_close(physics.solve_regularized(y, rho)[i].flatten(), regularised)
    seen = physics.seen(y)
    assert isinstance(seen, Tensor)
    assert torch.equal(seen.expand(y.shape).flatten(1)[0], matrix.abs().sum(1) > 0)


def test_without_an_operator_and_a_diagonal_nothing_can_be_measured() -> None:
    with pytest.raises(NotImplementedError):
        Structured().A(torch.zeros(SHAPE))
    with pytest.raises(NotImplementedError):
        Structured().A_adjoint(torch.zeros(SHAPE))
