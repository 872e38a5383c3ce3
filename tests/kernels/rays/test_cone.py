import pytest
import torch

from preimage.kernels.rays.cone import project_cone, smear_cone
from preimage.kernels.rays.cone_loops import project_cone_by_loops, smear_cone_by_loops
from preimage.kernels.rays.cone_tensors import project_cone_by_tensors, smear_cone_by_tensors
from preimage.machine.compiler import has_compiler
from preimage.physics import ConeBeam
from preimage.physics.tomography.cone_rays import cone_slabs_of

COVERS = ["preimage.kernels.rays.cone_loops", "preimage.kernels.rays.cone_tensors"]

needs_compiler = pytest.mark.skipif(not has_compiler(), reason="numba is not installed")
ANGLES = (0.0, 20.0, 75.0, 90.0, 200.0, 290.0, 333.0)
GEOMETRIES = [
    ConeBeam(ANGLES, 9, 8, 20.0, 9.0, 1.6, 1.1, 0.3, -0.2, 0.1),
    ConeBeam(ANGLES, 8, 9, 20.0, 9.0, 1.6, 1.1, 0.3, -0.2, 0.1, curved=True),
    ConeBeam(ANGLES, 5, 4, 20.0, 9.0, 4.6, 5.1, pitch=3.0),  # cells of several voxels
    ConeBeam(ANGLES, 30, 31, 20.0, 9.0, 0.4, 0.3),  # voxels of several cells
    ConeBeam(ANGLES, 6, 5, 20.0, 9.0, 1.6, 1.1, row_offset=9.0),  # not all of the volume is seen
]


@needs_compiler
@pytest.mark.parametrize(("dtype", "tol"), [(torch.float32, 3e-6), (torch.float64, 1e-12)])
@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_the_loops_are_the_tensor_operations(geometry, dtype, tol, rng) -> None:
    shape = (6, 9, 7)
    x = torch.rand(2, *shape, generator=rng, dtype=torch.float64).to(dtype)
    y = torch.rand(2, len(ANGLES), geometry.rows, geometry.bins, generator=rng, dtype=torch.float64).to(dtype)
    cone = cone_slabs_of(geometry, shape, 0.9)
    for found, expected in (
        (project_cone_by_loops(x, cone), project_cone_by_tensors(x, cone)),
        (smear_cone_by_loops(y, cone), smear_cone_by_tensors(y, cone)),
    ):
        assert found.dtype == dtype
        torch.testing.assert_close(found, expected, rtol=0, atol=tol * expected.max().item())


@needs_compiler
def test_threads_change_nothing(rng) -> None:
    cone = cone_slabs_of(GEOMETRIES[0], (6, 9, 7), 1.0)
    x, y = torch.rand(1, 6, 9, 7, generator=rng), torch.rand(1, len(ANGLES), 8, 9, generator=rng)
    one = project_cone(x, cone), smear_cone(y, cone)
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(3)
        assert all(torch.equal(a, b) for a, b in zip(one, (project_cone(x, cone), smear_cone(y, cone)), strict=True))
    finally:
        torch.set_num_threads(threads)


def test_gradients_are_the_adjoint(rng) -> None:
    cone = cone_slabs_of(GEOMETRIES[2], (3, 2, 4), 1.0)
    x = torch.rand(1, 3, 2, 4, generator=rng, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: project_cone(x, cone), x)


def test_no_volume_gives_none() -> None:
    cone = cone_slabs_of(GEOMETRIES[0], (3, 2, 4), 1.0)
    assert project_cone(torch.zeros(0, 3, 2, 4), cone).shape == (0, len(ANGLES), 8, 9)
    assert smear_cone(torch.zeros(0, len(ANGLES), 8, 9), cone).shape == (0, 3, 2, 4)
