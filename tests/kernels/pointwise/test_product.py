import pytest
import torch

from preimage.kernels.pointwise.product import product_of_changes
from preimage.kernels.pointwise.product_loops import product_in_loops
from preimage.machine.compiler import has_compiler

COVERS = ["preimage.kernels.pointwise.product_loops"]

needs_compiler = pytest.mark.skipif(not has_compiler(), reason="numba is not installed")


def without_compiler(*arguments):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREIMAGE_COMPILE", "0")
        return product_of_changes(*arguments)


@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128])
def test_it_is_that_of_the_definition(dtype, rng):
    each = [torch.randn(3, 2, 5, 7, generator=rng, dtype=dtype) for _ in range(3)]
    for a, b, c in (each, [x.mT for x in each]):
        expected = ((a - b).conj() * (b - c)).real.sum((1, 2, 3))
        torch.testing.assert_close(product_of_changes(a, b, c), expected)
        torch.testing.assert_close(without_compiler(a, b, c), expected)


@needs_compiler
@pytest.mark.parametrize(("dtype", "tol"), [(torch.float32, 1e-6), (torch.float64, 1e-12)])
@pytest.mark.parametrize("shape", [(2, 5000), (3, 1), (2, 0), (0, 4)])
def test_the_loops_are_the_tensor_operations(shape, dtype, tol, rng):
    a, c = (torch.rand(shape, generator=rng, dtype=torch.float64).to(dtype) for _ in range(2))
    for x, y, z in ((a + 1, a, a - c), (a.repeat(1, 2)[:, ::2] + 1, a, a - c)):
        torch.testing.assert_close(product_in_loops(x, y, z), without_compiler(x, y, z), rtol=tol, atol=tol)


@needs_compiler
@pytest.mark.parametrize("value", [torch.nan, torch.inf])
def test_what_is_not_finite_stays_so_in_its_sample(value):
    a, b, c = torch.ones(2, 4), torch.zeros(2, 4), torch.ones(2, 4)
    a[1, 2] = value
    torch.testing.assert_close(product_in_loops(a, b, c), without_compiler(a, b, c), equal_nan=True)


def test_gradients_pass(rng):
    each = [torch.randn(2, 3, generator=rng, dtype=torch.float64, requires_grad=True) for _ in range(3)]
    assert torch.autograd.gradcheck(product_of_changes, each)
