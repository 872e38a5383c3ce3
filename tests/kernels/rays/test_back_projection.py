from dataclasses import replace

import pytest
import torch

from preimage.kernels.rays.back_projection import back_project, back_project_by_tensors
from preimage.kernels.rays.back_projection_loops import back_project_by_loops
from preimage.kernels.rays.pixel_rays import PixelRays
from preimage.machine.compiler import has_compiler

COVERS = ["preimage.kernels.rays.back_projection_loops"]

AHEAD = torch.tensor([[20.0, 0.1, 0.3], [22.0, -0.2, 0.1], [21.0, 0.3, -0.3]], dtype=torch.float64)
ACROSS = torch.tensor([[-1.0, 0.5, 0.2], [2.0, -0.3, 0.4], [0.0, 0.1, -0.6]], dtype=torch.float64)
ONE = torch.tensor([[1.0, 0.0, 0.0]], dtype=torch.float64).expand(3, 3)
RAYS = [
    PixelRays((5, 7), ACROSS, ONE, 4.3, 0.9, True, False),
    PixelRays((5, 7), ACROSS, AHEAD, 4.3, 18.0, False, False),
    PixelRays((5, 7), ACROSS, AHEAD, 4.3, 19.0, False, True),
    PixelRays((5, 7), ACROSS * 12, AHEAD, 4.3, 3.0, False, True),  # angles of more than an eighth of a turn
]


@pytest.mark.skipif(not has_compiler(), reason="numba is not installed")
@pytest.mark.parametrize(("dtype", "tol"), [(torch.float32, 1e-5), (torch.float64, 1e-13)])
@pytest.mark.parametrize("rays", RAYS)
def test_the_loops_are_the_tensor_operations(rays, dtype, tol, rng) -> None:
    q = torch.rand(2, 3, 9, generator=rng, dtype=torch.float64).to(dtype)
    found = back_project_by_loops(q, rays)
    assert found.dtype == dtype
    torch.testing.assert_close(found, back_project_by_tensors(q, rays), rtol=tol, atol=tol)


@pytest.mark.skipif(not has_compiler(), reason="numba is not installed")
@pytest.mark.parametrize("rays", RAYS[:2])
def test_loops_that_take_several_tiles_are_the_tensor_operations(rays, rng) -> None:
    turn = torch.rand(130, 3, generator=rng, dtype=torch.float64) - 0.5
    across, ahead = rays.across[:1] + turn, rays.ahead[:1] + turn * 0.1 * (not rays.is_parallel)
    rays = replace(rays, shape=(67, 65), across=across, ahead=ahead)
    q = torch.rand(2, 130, 40, generator=rng)
    torch.testing.assert_close(back_project_by_loops(q, rays), back_project_by_tensors(q, rays), rtol=1e-5, atol=1e-4)


def test_a_pixel_sums_its_rays() -> None:
    q = torch.arange(9.0).expand(1, 3, 9)
    image = back_project(q, RAYS[0])
    u = 4.3 + 0.9 * (ACROSS[:, 0] + ACROSS[:, 1] * 2 + ACROSS[:, 2] * 3)
    assert ((u > 0) & (u < 8)).all()
    torch.testing.assert_close(image[0, 2, 3].double(), u.sum(), rtol=1e-6, atol=0)
    assert back_project(q[:0], RAYS[0]).shape == (0, 5, 7)
