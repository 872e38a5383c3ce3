from dataclasses import replace

import pytest
import torch

from preimage.kernels.rays.cone_back_projection import back_project_cone, back_project_cone_by_tensors
from preimage.kernels.rays.cone_back_projection_loops import back_project_cone_by_loops
from preimage.kernels.rays.pixel_rays import PixelRays
from preimage.kernels.rays.voxel_rays import VoxelRays
from preimage.machine.compiler import has_compiler

COVERS = ["preimage.kernels.rays.cone_back_projection_loops"]

AHEAD = torch.tensor([[20.0, 0.1, 0.3], [22.0, -0.2, 0.1], [21.0, 0.3, -0.3]], dtype=torch.float64)
ACROSS = torch.tensor([[-1.0, 0.5, 0.2], [2.0, -0.3, 0.4], [0.0, 0.1, -0.6]], dtype=torch.float64)
FLAT = PixelRays((5, 7), ACROSS, AHEAD, 4.3, 18.0, False, False)
SEEN = torch.ones(5, 7, dtype=torch.bool)
RAYS = [
    VoxelRays(FLAT, 6, 25.0, 3.2, SEEN),
    VoxelRays(replace(FLAT, is_curved=True), 6, 25.0, 3.2, SEEN),
    VoxelRays(replace(FLAT, gain=90.0), 5, 60.0, 7.2, SEEN),  # many voxels are seen beside and beyond the detector
    VoxelRays(FLAT, 1, 25.0, -1.0, torch.arange(35).reshape(5, 7) % 2 == 0),
]


@pytest.mark.skipif(not has_compiler(), reason="numba is not installed")
@pytest.mark.parametrize(("dtype", "tol"), [(torch.float32, 3e-6), (torch.float64, 1e-13)])
@pytest.mark.parametrize("rays", RAYS)
def test_the_loops_are_the_tensor_operations(rays, dtype, tol, rng) -> None:
    q = torch.rand(2, 3, 8, 9, generator=rng, dtype=torch.float64).to(dtype)
    found, expected = back_project_cone_by_loops(q, rays), back_project_cone_by_tensors(q, rays)
    assert found.dtype == dtype
    torch.testing.assert_close(found, expected, rtol=0, atol=tol * expected.max().item())


def test_a_voxel_sums_its_rays() -> None:
    q = (10 * torch.arange(8.0)[:, None] + torch.arange(9.0)).expand(1, 3, 8, 9)
    volume = back_project_cone(q, RAYS[0])
    place = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)
    a, b = ACROSS @ place, AHEAD @ place
    u, m = 4.3 + 18 * a / b, 3.2 + 25 * (4 - 2.5) / b
    assert ((u > 0) & (u < 8) & (m > 0) & (m < 7)).all()
    torch.testing.assert_close(volume[0, 4, 2, 3].double(), ((10 * m + u) / b**2).sum(), rtol=1e-6, atol=0)
    assert back_project_cone(q[:0], RAYS[0]).shape == (0, 6, 5, 7)
