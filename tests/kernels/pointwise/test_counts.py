import pytest
import torch

from preimage.kernels.pointwise.counts import poisson_grad, poisson_prox, ratio_of_counts, scale_by_counts
from preimage.kernels.pointwise.counts_loops import grad_in_loops, ratio_in_loops
from preimage.machine.compiler import has_compiler

COVERS = ["preimage.kernels.pointwise.counts_loops"]

needs_compiler = pytest.mark.skipif(not has_compiler(), reason="numba is not installed")


def without_compiler(function, *arguments):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREIMAGE_COMPILE", "0")
        return function(*arguments)


def calls(shape, dtype, rng):
    """Every function with images of negative, zero and large values, and numbers per sample, for all, per pixel."""
    z, y, seen = (4 * torch.randn(shape, generator=rng, dtype=torch.float64).to(dtype) for _ in range(3))
    z, y = torch.where(z.abs() < 1, 0, z), torch.where(y < 1, 0, y.round())
    each = torch.rand(shape[:1] + (1,) * (len(shape) - 1), generator=rng, dtype=torch.float64).to(dtype)
    for number in (each, each[:1] if len(each) else each, each.expand(shape)):
        yield poisson_grad, z, y, number + 0.1, number
        yield poisson_prox, z, y, number + 0.1, number
        yield ratio_of_counts, z, y, number
    yield scale_by_counts, y, z, seen
    yield scale_by_counts, y.mT, z.mT, seen.mT


@needs_compiler
@pytest.mark.parametrize(("dtype", "tol"), [(torch.float32, 1e-6), (torch.float64, 1e-12)])
@pytest.mark.parametrize("shape", [(3, 1, 5, 7), (1, 2, 1, 1), (0, 1, 3, 3)])
def test_the_loops_are_the_tensor_operations(shape, dtype, tol, rng):
    for function, *arguments in calls(shape, dtype, rng):
        found, expected = function(*arguments), without_compiler(function, *arguments)
        assert found.dtype == dtype
        torch.testing.assert_close(found, expected, rtol=tol, atol=tol)


@needs_compiler
def test_nan_stays_where_it_is():
    for place in range(2):
        images = [torch.ones(1, 3), torch.ones(1, 3)]
        images[place][0, 1] = torch.nan
        for function, rest in ((poisson_grad, 2), (poisson_prox, 2), (ratio_of_counts, 1)):
            arguments = (*images, *[torch.ones(1, 1)] * rest)
            for call in (function, lambda *a, f=function: without_compiler(f, *a)):
                assert call(*arguments).isnan().tolist() == [[False, True, False]]


def test_what_is_not_seen_stays():
    x, ratio, seen = torch.tensor([[1.0, 2.0, 3.0]]), torch.tensor([[5.0, 3.0, -1.0]]), torch.tensor([[0.0, 2.0, 1.0]])
    for call in (scale_by_counts, lambda *a: without_compiler(scale_by_counts, *a)):
        assert call(x, ratio, seen).tolist() == [[1.0, 3.0, 0.0]]


@needs_compiler
def test_the_loops_themselves(rng):
    z, y = 1 + torch.rand(2, 3, 1, 4, 5, generator=rng, dtype=torch.float64)
    number = torch.tensor([0.5, 2.0], dtype=torch.float64).repeat(2)[:3].reshape(3, 1, 1, 1)
    expected = without_compiler(poisson_grad, z, y, number, number)
    torch.testing.assert_close(grad_in_loops(z, y, number, number), expected, rtol=1e-12, atol=1e-12)
    expected = without_compiler(ratio_of_counts, z, y, number)
    torch.testing.assert_close(ratio_in_loops(z, y, number), expected, rtol=1e-12, atol=1e-12)
