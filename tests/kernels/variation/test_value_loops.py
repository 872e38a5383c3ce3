import pytest
import torch

from preimage.kernels.variation.value_loops import total_in_loops
from preimage.machine.compiler import has_compiler
from preimage.transform import total_variation

pytestmark = pytest.mark.skipif(not has_compiler(), reason="numba is not installed")


@pytest.mark.parametrize(("dtype", "tol"), [(torch.float32, 1e-6), (torch.float64, 1e-12)])
@pytest.mark.parametrize(("coupled", "isotropic"), [(False, True), (True, True), (False, False), (True, False)])
@pytest.mark.parametrize("shape", [(3, 2, 37, 41), (1, 1, 1, 9), (2, 2, 9, 1), (2, 1, 5, 6, 47)])
def test_the_loops_are_the_tensor_operations(shape, coupled, isotropic, dtype, tol, rng, monkeypatch):
    x = torch.rand(shape, generator=rng, dtype=torch.float64).to(dtype)
    found = [total_in_loops(image, coupled, isotropic) for image in (x, x.transpose(-1, -2))]
    monkeypatch.setenv("PREIMAGE_COMPILE", "0")
    for image, total in zip((x, x.transpose(-1, -2)), found, strict=True):
        torch.testing.assert_close(total, total_variation(image, coupled, isotropic), rtol=tol, atol=tol)


def test_nan_stays_in_its_image():
    x = torch.rand(3, 1, 8, 9)
    x[1, 0, 4, 4] = torch.nan
    assert total_in_loops(x, False, True).isnan().tolist() == [False, True, False]
