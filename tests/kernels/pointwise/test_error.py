import pytest
import torch

from preimage.kernels.pointwise.error import decibels, mean_error
from preimage.kernels.pointwise.error_loops import errors_in_loops
from preimage.machine.compiler import has_compiler

COVERS = ["preimage.kernels.pointwise.error_loops"]

needs_compiler = pytest.mark.skipif(not has_compiler(), reason="numba is not installed")


def without_compiler(x_hat, x, squared):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREIMAGE_COMPILE", "0")
        return mean_error(x_hat, x, squared)


def test_complex_errors_are_moduli():
    x_hat, x = torch.tensor([[3 + 4j, 0]]), torch.tensor([[0, 1j]])
    assert mean_error(x_hat, x, True).tolist() == [13]
    assert mean_error(x_hat, x, False).tolist() == [3]


@needs_compiler
@pytest.mark.parametrize("squared", [True, False])
@pytest.mark.parametrize(("dtype", "tol"), [(torch.float32, 1e-6), (torch.float64, 1e-12)])
@pytest.mark.parametrize("shape", [(3, 2, 37, 41), (2, 1, 1, 1), (0, 3, 4, 4)])
def test_the_loops_are_the_tensor_operations(shape, dtype, tol, squared, rng):
    a, b = (torch.randn(shape, generator=rng, dtype=torch.float64).to(dtype) for _ in range(2))
    for x_hat, x in ((a, b), (a.mT, b.mT), (a, b.flip(-1))):
        found = mean_error(x_hat, x, squared)
        assert found.dtype == dtype
        torch.testing.assert_close(found, without_compiler(x_hat, x, squared), rtol=tol, atol=tol)
    assert errors_in_loops(a.flatten(1), a.flatten(1), squared).tolist() == [0] * shape[0]


@needs_compiler
def test_nan_stays_in_its_image():
    a = torch.ones(2, 5)
    a[1, 3] = torch.nan
    for squared in (True, False):
        assert errors_in_loops(a, torch.zeros(2, 5), squared).isnan().tolist() == [False, True]


@needs_compiler
def test_decibels_in_loops_are_those_of_tensors(rng, monkeypatch):
    a, b = (torch.rand((3, 2, 9, 7), generator=rng) for _ in range(2))
    b[1] = a[1]
    found = decibels(a, b, 2.0)
    assert found[1] == torch.inf
    monkeypatch.setenv("PREIMAGE_COMPILE", "0")
    torch.testing.assert_close(found, decibels(a, b, 2.0), rtol=1e-6, atol=1e-5)
