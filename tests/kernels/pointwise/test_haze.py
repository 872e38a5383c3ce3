import pytest
import torch

from preimage.kernels.pointwise.exponential_loops import haze_in_loops
from preimage.kernels.pointwise.haze import through_haze
from preimage.machine.compiler import has_compiler

COVERS = ["preimage.kernels.pointwise.exponential_loops"]

needs_compiler = pytest.mark.skipif(not has_compiler(), reason="numba is not installed")


@needs_compiler
@pytest.mark.parametrize("batch", [1, 2])
@pytest.mark.parametrize("shape", [(2, 3, 5, 7), (2, 1, 1, 1), (2, 3, 0, 4)])
def test_the_loops_are_the_tensor_operations_in_double_precision(shape, batch, rng):
    x = torch.randn(shape, generator=rng, dtype=torch.float64)
    depth = 30 * torch.rand(batch, 1, *shape[2:], generator=rng, dtype=torch.float64) ** 4
    beta = torch.tensor([0.1, 3.0], dtype=torch.float64)[:batch].reshape(-1, 1, 1, 1)
    airlight = torch.rand(batch, shape[1] if batch == 1 else 1, 1, 1, generator=rng, dtype=torch.float64)
    found = haze_in_loops(x.float(), depth.float(), beta.float(), airlight.float())
    torch.testing.assert_close(found.double(), through_haze(x, depth, beta, airlight), rtol=1e-6, atol=3e-7)


def test_the_nearest_and_the_farthest():
    """A clear view, thin haze whose light would be lost to rounding, and no view at all."""
    depth = torch.tensor([0.0, 1e-9, 1e6, torch.inf]).reshape(1, 1, 1, 4)
    one = torch.ones(1, 1, 1, 1)
    found = through_haze(torch.tensor([0.5, 0.0, 0.5, 0.5]).reshape(1, 1, 1, 4), depth, one, 0.75 * one)
    torch.testing.assert_close(found.flatten(), torch.tensor([0.5, 0.75e-9, 0.75, 0.75]), rtol=1e-6, atol=0)


def test_nan_stays_in_its_pixel():
    depth, one = torch.tensor([1.0, torch.nan, 1.0]).reshape(1, 1, 1, 3), torch.ones(1, 1, 1, 1)
    x = torch.tensor([1.0, 1.0, torch.nan]).reshape(1, 1, 1, 3)
    assert through_haze(x, depth, one, one).isnan().flatten().tolist() == [False, True, True]
