import math

import pytest
import torch

from preimage.errors import CapabilityError
from preimage.optim import FISTA, ItohFidelity, Variational
from preimage.physics import Denoising, SpatialUnwrapping
from preimage.transform import gradient
from tests.example import LEVELS, Example, Y

EXAMPLES = {
    ItohFidelity: [
        Example(lambda: ItohFidelity(SpatialUnwrapping(LEVELS), Y, 5 * LEVELS)),
        Example(lambda: ItohFidelity(SpatialUnwrapping(0.2), Y[:, :, None]), shape=(2, 3, 1, 6, 5)),
    ],
}

SIGMA = torch.tensor([0.5, 2.0], dtype=torch.float64)


def smooth(height: int, width: int) -> torch.Tensor:
    """Twenty radians high, with slopes under pi."""
    rows, columns = torch.arange(height).double()[:, None], torch.arange(width).double()
    return (20 * (rows / height).square() + 3 * (columns / 3).sin())[None, None].repeat(2, 1, 1, 1)


def test_it_is_least_squares_with_the_true_gradient_under_itohs_condition() -> None:
    x, physics = smooth(16, 12), SpatialUnwrapping(math.pi)
    assert gradient(x).abs().max() < math.pi
    f = ItohFidelity(physics, physics(x), SIGMA)
    torch.testing.assert_close(f(x + 1), torch.zeros(2, dtype=torch.float64), atol=1e-20, rtol=0)
    other = torch.randn(x.shape, generator=torch.Generator().manual_seed(0), dtype=x.dtype)
    gap = gradient(other - x).square().flatten(1).sum(1)
    torch.testing.assert_close(f(other), gap / (2 * SIGMA**2))


def test_prox_and_norm_against_a_dense_matrix() -> None:
    generator = torch.Generator().manual_seed(0)
    physics = SpatialUnwrapping(0.4)
    x, y = (torch.randn(2, 1, 4, 5, generator=generator, dtype=torch.float64) for _ in range(2))
    f = ItohFidelity(physics, y, SIGMA)
    matrix = gradient(torch.eye(20, dtype=torch.float64).reshape(20, 1, 4, 5)).flatten(1).mT
    slopes = gradient(y).flatten(1)
    slopes = slopes - 0.8 * (slopes / 0.8).round()
    step = torch.tensor([0.3, 10.0], dtype=torch.float64)
    for i in range(2):
        t = step[i] / SIGMA[i] ** 2
        rhs = x[i].flatten() + t * matrix.mT @ slopes[i]
        wanted = torch.linalg.solve(torch.eye(20, dtype=torch.float64) + t * matrix.mT @ matrix, rhs)
        torch.testing.assert_close(f.prox(x, step)[i].flatten(), wanted)
    assert f.linear_norm(x).item() == pytest.approx(torch.linalg.matrix_norm(matrix, 2).item(), rel=1e-12)
    torch.testing.assert_close(f.lipschitz(x), torch.linalg.matrix_norm(matrix, 2) ** 2 / SIGMA**2)


def test_unwrapping() -> None:
    # A long proximal step, and descent, reach the true image up to its mean, although y is wrapped many times over.
    x, physics = smooth(16, 12), SpatialUnwrapping(math.pi, "floor")
    y = physics(x)
    assert (x - y).amax() > 12
    f = ItohFidelity(physics, y)
    truth = x - x.mean((2, 3), keepdim=True)
    torch.testing.assert_close(f.prox(torch.zeros_like(x), 1e8), truth, atol=1e-5, rtol=0)
    model = Variational(FISTA(), None, ItohFidelity, lambda y, physics: torch.zeros_like(y), 3000, 1e-9)
    torch.testing.assert_close(model(y, physics), truth, atol=1e-4, rtol=0)


def test_the_outer_functional_at_its_gradient() -> None:
    generator = torch.Generator().manual_seed(0)
    x, y = (torch.randn(2, 1, 4, 5, generator=generator, dtype=torch.float64) for _ in range(2))
    f = ItohFidelity(SpatialUnwrapping(0.4), y, SIGMA)
    z = f.linear(x)
    point = f.outer_prox(z, SIGMA)
    dual = (z - point) / SIGMA.reshape(2, 1, 1, 1, 1)
    slopes = gradient(y) - 0.8 * (gradient(y) / 0.8).round()
    value = (point - slopes).square().flatten(1).sum(1) / (2 * SIGMA**2)
    torch.testing.assert_close(value + f.outer_conjugate(dual), (dual * point).flatten(1).sum(1))


def test_needs_a_wrapping_physics() -> None:
    with pytest.raises(CapabilityError, match="`physics` must be WrappingPhysics"):
        ItohFidelity(Denoising(), torch.zeros(1, 1, 2, 2))
