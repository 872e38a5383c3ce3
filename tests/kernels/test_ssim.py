import pytest
import torch
from torch.autograd import forward_ad

from preimage.kernels.ssim import ssim
from preimage.kernels.ssim_loops import ssim_of_planes
from preimage.machine.compiler import has_compiler

COVERS = ["preimage.kernels.ssim_loops"]

needs_compiler = pytest.mark.skipif(not has_compiler(), reason="numba is not installed")
WEIGHTS = [0.2, 0.5, 0.3]
CONSTANTS = 1e-4, 9e-4


def without_compiler(a, b):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREIMAGE_COMPILE", "0")
        return ssim(a, b, WEIGHTS, *CONSTANTS)


@needs_compiler
@pytest.mark.parametrize(("dtype", "tol"), [(torch.float32, 1e-5), (torch.float64, 1e-12)])
@pytest.mark.parametrize("shape", [(1, 1, 3, 3), (3, 2, 9, 14), (2, 3, 14, 5)])
def test_the_loops_are_the_tensor_operations(shape, dtype, tol, rng):
    a, b = (torch.rand(shape, generator=rng, dtype=torch.float64).to(dtype) for _ in range(2))
    found = ssim_of_planes(a, b, WEIGHTS, *CONSTANTS)
    assert found.dtype == dtype
    torch.testing.assert_close(found, without_compiler(a, b), rtol=tol, atol=tol)


@needs_compiler
def test_views_and_nan(rng):
    a, b = (torch.rand(9, 7, 2, 2, generator=rng, dtype=torch.float64).permute(2, 3, 1, 0) for _ in range(2))
    torch.testing.assert_close(ssim_of_planes(a, b, WEIGHTS, *CONSTANTS), without_compiler(a, b))
    a = a.clone()
    a[1, 0, 3, 3] = torch.nan
    assert ssim_of_planes(a, b, WEIGHTS, *CONSTANTS).isnan().any(2).tolist() == [[False, False], [True, False]]


def test_no_image_has_no_score():
    assert ssim(torch.zeros(0, 1, 9, 9), torch.zeros(0, 1, 9, 9), WEIGHTS, *CONSTANTS).shape == (0, 1, 2)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of torch, in forward derivatives
def test_derivatives_and_transforms_go_past_the_loops(rng):
    a, b, v = torch.rand(3, 2, 1, 9, 9, generator=rng, dtype=torch.float64)
    with forward_ad.dual_level():
        tangent = forward_ad.unpack_dual(ssim(forward_ad.make_dual(a, v), b, WEIGHTS, *CONSTANTS)).tangent
    step = 1e-6
    ahead, behind = (ssim(a + sign * step * v, b, WEIGHTS, *CONSTANTS) for sign in (1, -1))
    torch.testing.assert_close(tangent, (ahead - behind) / (2 * step), rtol=1e-6, atol=1e-8)
    each = torch.func.vmap(lambda x, y: ssim(x[None], y[None], WEIGHTS, *CONSTANTS)[0])(a, b)
    torch.testing.assert_close(each, ssim(a, b, WEIGHTS, *CONSTANTS))
