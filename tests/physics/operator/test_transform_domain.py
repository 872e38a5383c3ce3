import pytest
import torch
from torch import Tensor

from preimage._tree import dot
from preimage.physics import BlurFFT, GaussianNoise, Inpainting, LinearPhysics, Physics, transform_domain
from preimage.testing._compare import normal_like
from preimage.transform import Reflect, Rotate, Shift, UnitaryTransform
from tests.doubles import Square
from tests.example import kernel, random

FLIPS = torch.tensor([[True, False], [True, True]])
SHIFTS = torch.tensor([[0.0, 0.2, 0.45], [0.0, -0.3, 0.1]])


@pytest.mark.parametrize(
    ("transform", "params"),
    [(Reflect(), FLIPS), (Rotate(180), torch.tensor([2])), (Shift(), SHIFTS), (Rotate(), torch.tensor([3]))],
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.complex64])
def test_it_is_linear(transform: UnitaryTransform, params: Tensor, dtype: torch.dtype) -> None:
    """What is asked of every linear operator but independence, which asks for fields that are cut image by image."""
    x = random(2, 1, 6, 5).to(dtype)
    if dtype.is_complex:
        x = x + 1j * random(2, 1, 6, 5, seed=1)
    shape = transform.transform(x, params).shape[-2:]
    operators: list[LinearPhysics] = [Inpainting((random(*shape) > 0.4).float(), GaussianNoise(0.1))]
    operators += [] if dtype.is_complex else [BlurFFT(kernel(3, 3))]
    for physics in operators:
        seen = transform_domain(physics, transform, params)
        y = normal_like(seen.A(x), torch.Generator().manual_seed(1))
        torch.testing.assert_close(dot(seen.A(x), y), dot(x, seen.A_adjoint(y)), rtol=1e-4, atol=1e-4)
        back = seen.A_dagger(seen.A(x))
        torch.testing.assert_close(seen.A(back), seen.A(x), rtol=1e-3, atol=1e-4)
        solved = seen.solve_regularized(y, 0.3)
        torch.testing.assert_close(seen.normal(solved) + 0.3 * solved, seen.A_adjoint(y), rtol=1e-3, atol=1e-4)
        solved = seen.solve_shifted(x, torch.tensor([0.3, 0.5]))
        shifted = seen.normal(solved) + torch.tensor([0.3, 0.5]).reshape(2, 1, 1, 1) * solved
        torch.testing.assert_close(shifted, x, rtol=1e-3, atol=1e-4)
        torch.testing.assert_close(seen.norm(x), physics.norm(transform.transform(x, params)))
        assert (seen.seen(y) is None) == (physics.seen(y) is None)


@pytest.mark.parametrize("physics", [BlurFFT(kernel(3, 3), GaussianNoise(0.1)), Square(GaussianNoise(0.1))])
def test_it_measures_the_transformed_image(physics: Physics, rng: torch.Generator) -> None:
    x = torch.rand(2, 1, 5, 5, generator=rng)
    for transform in (Rotate(), Shift(), Rotate() * Reflect()):
        params = transform.draw(2, rng)
        seen = transform_domain(physics, transform, params)
        assert torch.equal(seen.A(x), physics.A(transform.transform(x, params)))
        assert isinstance(seen, LinearPhysics) == isinstance(physics, LinearPhysics)
        assert seen.replace(sigma=0.2).noise.sigma == 0.2


def test_closed_forms_stay(rng: torch.Generator) -> None:
    """A blur has its pseudo-inverse in the Fourier basis, and its least singular values are small: LSQR would warn."""
    physics = BlurFFT(torch.ones(1, 1, 3, 3) / 9)
    seen = transform_domain(physics, Rotate(), torch.tensor([1]))
    x = torch.rand(2, 1, 7, 5, generator=rng, dtype=torch.float64)
    torch.testing.assert_close(seen.A_dagger(seen.A(x)), x)
    turned = torch.rot90(x, 1, (-2, -1))
    torch.testing.assert_close(torch.rot90(seen.solve_shifted(x, 0.1), 1, (-2, -1)), physics.solve_shifted(turned, 0.1))


def test_the_derivative_goes_through_the_transform(rng: torch.Generator) -> None:
    x = torch.rand(1, 1, 3, 3, generator=rng, dtype=torch.float64)
    seen = transform_domain(Square(), Rotate(), torch.tensor([1]))
    v: Tensor = torch.rand(1, 1, 3, 3, generator=rng, dtype=torch.float64)
    torch.testing.assert_close(seen.vjp(x, v), 2 * x * torch.rot90(v, -1, (-2, -1)))
