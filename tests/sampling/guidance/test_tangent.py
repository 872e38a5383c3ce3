import torch

from preimage.physics import CompressedSensing, PhaseRetrieval
from preimage.sampling.guidance.tangent import Tangent
from tests.sampling.guidance.problem import MATRIX


def test_products_are_those_of_the_jacobian(rng: torch.Generator) -> None:
    """``|B x|^2`` has the Jacobian ``2 diag(B x) B``."""
    physics = PhaseRetrieval(CompressedSensing(MATRIX, (1, 1, 3)))
    x, v, u = (torch.rand(2, *shape, generator=rng).double() for shape in ((1, 1, 3), (1, 1, 3), (2,)))
    near = Tangent(physics, x)
    slopes = 2 * (x.flatten(1) @ MATRIX.mT)
    torch.testing.assert_close(near.value, (x.flatten(1) @ MATRIX.mT).square())
    torch.testing.assert_close(near.push(v), slopes * (v.flatten(1) @ MATRIX.mT))
    torch.testing.assert_close(near.pull(u).flatten(1), (slopes * u) @ MATRIX)


def test_a_linear_physics_is_its_own(rng: torch.Generator) -> None:
    physics, v = CompressedSensing(MATRIX, (1, 1, 3)), torch.rand(2, 1, 1, 3, generator=rng).double()
    near = Tangent(physics, v)
    torch.testing.assert_close(near.push(v), physics.A(v))
    torch.testing.assert_close(near.pull(physics.A(v)), physics.A_adjoint(physics.A(v)))
