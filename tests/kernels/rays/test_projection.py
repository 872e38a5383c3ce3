import pytest
import torch

from preimage.kernels.rays.projection import project, smear
from preimage.kernels.rays.projection_loops import project_by_loops
from preimage.kernels.rays.projection_tensors import project_by_tensors, smear_by_tensors
from preimage.kernels.rays.smear_loops import smear_by_loops
from preimage.machine.compiler import has_compiler
from preimage.physics.tomography.geometry import FanBeam, ParallelBeam
from preimage.physics.tomography.rays import slabs_of

COVERS = [
    "preimage.kernels.rays.projection_loops",
    "preimage.kernels.rays.projection_tensors",
    "preimage.kernels.rays.smear_loops",
]

needs_compiler = pytest.mark.skipif(not has_compiler(), reason="numba is not installed")
ANGLES = tuple(range(0, 360, 45)) + tuple(range(7, 360, 23))
GEOMETRIES = [
    ParallelBeam(ANGLES, 17),
    ParallelBeam(ANGLES, 9, 2.5, 0.3, 0.1),
    ParallelBeam(ANGLES, 30, 0.4, 0.3, 0.1),
    FanBeam(ANGLES, 19, 30.0, 20.0, 1.3, 0.2, 0.4),
    FanBeam(ANGLES, 19, 15.0, 9.0, 0.7, 0.2, 0.4, curved=True),
    FanBeam(ANGLES, 9, 15.0, 9.0, 3.5, 0.2, 0.4, curved=True),
]


@needs_compiler
@pytest.mark.parametrize(("dtype", "tol"), [(torch.float32, 3e-6), (torch.float64, 1e-12)])
@pytest.mark.parametrize("shape", [(11, 14), (9, 6)])
@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_the_loops_are_the_tensor_operations(geometry, shape, dtype, tol, rng) -> None:
    x = torch.rand(5, *shape, generator=rng, dtype=torch.float64).to(dtype)  # four at a time, and one
    y = torch.rand(2, len(ANGLES), geometry.bins, generator=rng, dtype=torch.float64).to(dtype)
    for pixel in (1.0, 0.7):
        slabs = slabs_of(geometry, shape, pixel)
        for found, expected in (
            (project_by_loops(x, slabs), project_by_tensors(x, slabs)),
            (smear_by_loops(y, slabs), smear_by_tensors(y, slabs)),
        ):
            assert found.dtype == dtype
            torch.testing.assert_close(found, expected, rtol=0, atol=tol * expected.max().item())


@needs_compiler
def test_threads_change_nothing(rng) -> None:
    slabs = slabs_of(GEOMETRIES[3], (11, 14), 1.0)
    x, y = torch.rand(1, 11, 14, generator=rng), torch.rand(1, len(ANGLES), 19, generator=rng)
    one = project(x, slabs), smear(y, slabs)
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(3)
        assert all(torch.equal(a, b) for a, b in zip(one, (project(x, slabs), smear(y, slabs)), strict=True))
    finally:
        torch.set_num_threads(threads)


@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_both_ways_are_one_matrix_and_its_transpose(geometry, monkeypatch) -> None:
    slabs = slabs_of(geometry, (5, 4), 1.0)
    for switch in ("0", "1"):
        monkeypatch.setenv("PREIMAGE_COMPILE", switch)
        there = project(torch.eye(20, dtype=torch.float64).reshape(20, 5, 4), slabs).flatten(1)
        count = len(ANGLES) * geometry.bins
        back = smear(torch.eye(count, dtype=torch.float64).reshape(count, len(ANGLES), -1), slabs).flatten(1)
        torch.testing.assert_close(there, back.T, rtol=0, atol=1e-12)
        assert (there >= 0).all()


def test_no_plane_gives_none() -> None:
    slabs = slabs_of(GEOMETRIES[0], (5, 4), 1.0)
    assert project(torch.zeros(0, 5, 4), slabs).shape == (0, len(ANGLES), 17)
    assert smear(torch.zeros(0, len(ANGLES), 17), slabs).shape == (0, 5, 4)
