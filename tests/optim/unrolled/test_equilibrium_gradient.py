import torch
from torch import Tensor

from preimage.optim.unrolled import FixedPoint, Implicit, JacobianFree, Phantom
from preimage.optim.unrolled.equilibrium_gradient import EquilibriumGradient
from tests.example import random

MATRIX = 0.9 * torch.linalg.qr(random(5, 5).double())[0]  # a contraction that is not symmetric
B = random(3, 5, seed=1).double()


def derivative(rule: EquilibriumGradient, c: Tensor) -> tuple[Tensor, Tensor]:
    """The fixed point of ``M z + c b`` and the gradient of its sum to ``c``."""
    found = FixedPoint(max_steps=500, tol=1e-13)(lambda z: z @ MATRIX.mT + c * B, torch.zeros_like(B))
    assert not found.x.requires_grad
    z = rule.attach(lambda z: z @ MATRIX.mT + c * B, found.x)
    return z, torch.autograd.grad(z.sum(), c)[0]


def test_the_implicit_gradient_is_that_of_the_inverse() -> None:
    """``z = c (I - M)^-1 b``."""
    c = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    wanted = torch.linalg.solve(torch.eye(5) - MATRIX, B.mT).mT
    z, gradient = derivative(Implicit(FixedPoint(max_steps=500, tol=1e-12)), c)
    torch.testing.assert_close(z.detach(), 2 * wanted)
    torch.testing.assert_close(gradient, wanted.sum())


def test_the_last_step_alone() -> None:
    c = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    torch.testing.assert_close(derivative(JacobianFree(), c)[1], B.sum())


def test_phantom_steps_sum_part_of_neumann_s_series() -> None:
    """``dz = sum_{i<n} ((1 - d) I + d M)^i d b``."""
    c = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    damped, total, power = 0.6 * torch.eye(5) + 0.4 * MATRIX, torch.zeros(5, 5).double(), torch.eye(5).double()
    for _ in range(3):
        total, power = total + 0.4 * power, power @ damped
    torch.testing.assert_close(derivative(Phantom(3, 0.4), c)[1], (B @ total.mT).sum())


def test_a_map_that_ignores_its_point_has_no_jacobian() -> None:
    c = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    z = Implicit().attach(lambda z: c * B, 2 * B)
    torch.testing.assert_close(torch.autograd.grad(z.sum(), c)[0], B.sum())
