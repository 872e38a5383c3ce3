import pytest
import torch

from preimage.kernels.splat import splat
from preimage.kernels.splat_loops import splat_in_loops
from preimage.machine.compiler import has_compiler

COVERS = ["preimage.kernels.splat_loops"]

needs_compiler = pytest.mark.skipif(not has_compiler(), reason="numba is not installed")


def without_compiler(points, shape, origin=(0, 0)):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREIMAGE_COMPILE", "0")
        return splat(points, shape, origin)


def test_shares_are_the_bilinear_weights(rng):
    points = torch.rand(2, 40, 2, generator=rng, dtype=torch.float64) * torch.tensor([7.0, 9.0]) - 1.5
    rows, columns = torch.arange(5.0)[:, None, None, None], torch.arange(6.0)[None, :, None, None]
    hats = (1 - (points[..., 0] - rows).abs()).clamp_min(0) * (1 - (points[..., 1] - columns).abs()).clamp_min(0)
    for found in (splat(points, (5, 6)), without_compiler(points, (5, 6))):
        torch.testing.assert_close(found, hats.sum(-1).permute(2, 0, 1), rtol=1e-12, atol=1e-12)


@needs_compiler
@pytest.mark.parametrize(("dtype", "tol"), [(torch.float32, 1e-6), (torch.float64, 1e-12)])
def test_the_loops_are_the_tensor_operations(dtype, tol, rng):
    for points in (
        torch.randn(3, 30, 2, generator=rng, dtype=torch.float64).to(dtype) * 4 + 2,
        torch.randn(2, 30, 3, generator=rng, dtype=torch.float64).to(dtype).mT.contiguous()[:, :2].mT * 4,
        torch.full((1, 2, 2), torch.nan, dtype=dtype),
        torch.tensor([[[-1.0, 0.0], [4.0, 6.0], [5.0, 0.0], [1e30, 2.0]]], dtype=dtype),
        torch.zeros(0, 4, 2, dtype=dtype),
        torch.zeros(2, 0, 2, dtype=dtype),
    ):
        found = splat_in_loops(points, (5, 7))
        assert found.dtype == dtype
        torch.testing.assert_close(found, without_compiler(points, (5, 7)), rtol=tol, atol=tol)


def test_points_are_relative_to_the_origin(rng):
    points = torch.randn(2, 9, 2, generator=rng, dtype=torch.float64)
    moved = splat(points + torch.tensor([3.0, 1.0]), (5, 6))
    for found in (splat(points, (5, 6), (3, 1)), without_compiler(points, (5, 6), (3, 1))):
        torch.testing.assert_close(found, moved, rtol=1e-12, atol=1e-12)
