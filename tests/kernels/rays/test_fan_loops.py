import pytest
import torch

from preimage.kernels.rays.fan_loops import smear_fan_by_loops
from preimage.kernels.rays.projection_tensors import smear_by_tensors
from preimage.machine.compiler import has_compiler
from preimage.physics.tomography.geometry import FanBeam
from preimage.physics.tomography.rays import slabs_of


@pytest.mark.skipif(not has_compiler(), reason="numba is not installed")
def test_views_of_one_kind_give_planes_of_their_slabs(rng) -> None:
    slabs = slabs_of(FanBeam((-8.0, 3.0), 19, 30.0, 20.0, 1.3, 0.2, 0.4), (11, 14), 1.0)
    assert slabs.fan is not None
    assert all(slabs.along_rows)
    y = torch.rand(2, 2, 19, generator=rng, dtype=torch.float64)
    found = smear_fan_by_loops(y * slabs.weights.to(y.dtype), slabs, slabs.fan, rows=True)
    torch.testing.assert_close(found, smear_by_tensors(y, slabs))
