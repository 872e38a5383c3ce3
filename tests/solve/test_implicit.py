import pytest
import torch
from torch import Tensor

from preimage.errors import CapabilityError
from preimage.solve import cg
from preimage.solve.implicit import attach_gradient_of_inverse


def solved(weight: Tensor, b: Tensor) -> Tensor:
    """``(D + w I)^-1 b`` with ``D = diag(1, 2, 3)``."""
    diagonal = torch.arange(1, 4, dtype=torch.float64)

    def apply(x: Tensor) -> Tensor:
        return (diagonal + weight) * x

    def solve(right: Tensor, x0: Tensor | None = None) -> object:
        return cg(lambda x: apply(x).detach(), right, tol=1e-14)

    return attach_gradient_of_inverse(apply, b, solve, solve).x


def test_value_and_gradients_are_those_of_the_inverse() -> None:
    weight = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
    b = torch.tensor([[1.0, -2.0, 4.0]], dtype=torch.float64, requires_grad=True)
    system = torch.tensor([1.5, 2.5, 3.5], dtype=torch.float64)
    x = solved(weight, b)
    torch.testing.assert_close(x, b / system)
    v = torch.tensor([[1.0, 2.0, 3.0]], dtype=torch.float64)
    by_weight, by_b = torch.autograd.grad((v * x).sum(), [weight, b])
    torch.testing.assert_close(by_b, v / system)
    torch.testing.assert_close(by_weight, -(v * b / system**2).sum())


def test_nothing_is_recorded_where_nothing_asks() -> None:
    b = torch.ones(1, 3, dtype=torch.float64)
    assert not solved(torch.tensor(1.0, dtype=torch.float64), b).requires_grad
    with torch.no_grad():
        assert not solved(torch.tensor(1.0, requires_grad=True), b.requires_grad_()).requires_grad


def test_second_derivatives_are_an_error() -> None:
    b = torch.ones(1, 3, dtype=torch.float64, requires_grad=True)
    with pytest.raises(CapabilityError, match="first order"):
        torch.autograd.grad(solved(torch.tensor(1.0), b).sum(), b, create_graph=True)
