import pytest
import torch

from preimage.transform import divergence, gradient

SHAPES = [(2, 3, 5, 7), (1, 2, 1, 6), (1, 1, 4, 1), (2, 1, 1, 1), (1, 2, 3, 4, 5)]


def test_a_ramp_has_constant_slope_and_none_at_the_border() -> None:
    x = torch.tensor([[0.0, 2.0, 4.0], [1.0, 3.0, 5.0]])[None, None]
    down, right = gradient(x)[0, 0]
    assert down.tolist() == [[1, 1, 1], [0, 0, 0]]
    assert right.tolist() == [[2, 2, 0], [2, 2, 0]]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128])
def test_divergence_is_the_negative_adjoint(shape: tuple[int, ...], dtype: torch.dtype, rng: torch.Generator) -> None:
    x = torch.randn(shape, generator=rng, dtype=dtype)
    p = torch.randn_like(gradient(x))
    left, right = (gradient(x).conj() * p).sum(), (x.conj() * -divergence(p)).sum()
    torch.testing.assert_close(left, right)


@pytest.mark.parametrize("shape", SHAPES)
def test_divergence_of_gradient_is_the_laplacian_with_reflecting_border(
    shape: tuple[int, ...], rng: torch.Generator
) -> None:
    x = torch.randn(shape, generator=rng, dtype=torch.float64)
    laplacian = torch.zeros_like(x)
    for axis in range(2, x.ndim):
        first, last = x.narrow(axis, 0, 1), x.narrow(axis, x.shape[axis] - 1, 1)
        laplacian += torch.diff(torch.cat([first, x, last], axis), n=2, dim=axis)
    torch.testing.assert_close(divergence(gradient(x)), laplacian)
