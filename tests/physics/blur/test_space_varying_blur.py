import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import Blur, SpaceVaryingBlur
from tests.example import Example, kernel, random

FILTERS = torch.stack([kernel(3, 3), kernel(3, 3).mT, torch.eye(3) / 3])[None, :, None]
WEIGHTS = random(1, 3, 1, 6, 5, seed=3)

EXAMPLES = {
    SpaceVaryingBlur: [
        Example(lambda: SpaceVaryingBlur(FILTERS, WEIGHTS)),
        Example(lambda: SpaceVaryingBlur(random(2, 2, 3, 2, 3), random(2, 2, 1, 6, 5), "circular", method="fft")),
        Example(lambda: SpaceVaryingBlur(FILTERS, random(1, 3, 1, 4, 3), "valid", "convolution-product")),
        Example(lambda: SpaceVaryingBlur(random(1, 2, 1, 2, 3, 2), WEIGHTS[:, :2, :, None], "zero"), (2, 1, 1, 6, 5)),
    ]
}


def test_a_point_becomes_the_mixture_of_kernels_where_it_is() -> None:
    weights = WEIGHTS / WEIGHTS.sum(1, keepdim=True)
    x = torch.zeros(1, 1, 6, 5)
    x[..., 2, 3] = 1.0
    y = SpaceVaryingBlur(FILTERS, weights, "zero").A(x)
    mixture = (weights[0, :, :, 2, 3, None, None] * FILTERS[0]).sum((0, 1))
    torch.testing.assert_close(y[0, 0, 1:4, 2:5], mixture)


def test_a_pixel_of_the_other_convention_sees_the_mixture_where_it_is() -> None:
    x = random(1, 1, 6, 5)
    y = SpaceVaryingBlur(FILTERS, WEIGHTS, "zero", "convolution-product").A(x)
    mixture = (WEIGHTS[0, :, 0, 2, 3, None, None] * FILTERS[0, :, 0]).sum(0)
    torch.testing.assert_close(y[0, 0, 2, 3], (mixture.flip(0, 1) * x[0, 0, 1:4, 2:5]).sum())


@pytest.mark.parametrize("padding", ["valid", "circular", "reflect", "replicate", "zero"])
def test_conventions_are_adjoints_of_each_other(padding: str) -> None:
    size = (4, 3) if padding == "valid" else (6, 5)
    one = SpaceVaryingBlur(FILTERS, WEIGHTS, padding)  # type: ignore[arg-type]
    terms = [Blur(FILTERS[0, k, 0], padding) for k in range(3)]  # type: ignore[arg-type]
    y = random(2, 3, *size, seed=4)
    expected = sum(WEIGHTS[:, k] * blur.A_adjoint(y) for k, blur in enumerate(terms))
    torch.testing.assert_close(one.A_adjoint(y), expected)
    if padding in ("zero", "circular"):  # whose adjoint is a blur again
        other = SpaceVaryingBlur(FILTERS.flip(-1, -2), WEIGHTS, padding, "convolution-product")  # type: ignore[arg-type]
        torch.testing.assert_close(other.A(y), one.A_adjoint(y))


def test_arguments_are_checked() -> None:
    with pytest.raises(ShapeError, match="`filters` must be real"):
        SpaceVaryingBlur(FILTERS[0], WEIGHTS)
    with pytest.raises(ShapeError, match="`multipliers` must be one for each of 3 filters"):
        SpaceVaryingBlur(FILTERS, WEIGHTS[:, :2])
    with pytest.raises(ArgumentError, match="`order` must be"):
        SpaceVaryingBlur(FILTERS, WEIGHTS, order="both")  # type: ignore[arg-type]
    with pytest.raises(ShapeError, match="must fit `x`"):
        SpaceVaryingBlur(FILTERS, WEIGHTS).A(torch.rand(1, 1, 7, 5))
    with pytest.raises(ShapeError, match="one for each of 3 images"):
        SpaceVaryingBlur(FILTERS.expand(2, -1, -1, -1, -1), WEIGHTS).A(torch.rand(3, 1, 6, 5))
