import pytest
import torch

from preimage.kernels.rays.cone_slabs import ConeSlabs
from preimage.physics import ConeBeam
from preimage.physics.tomography.cone_rays import cone_slabs_of


def test_rays_in_the_plane_are_no_longer_and_others_by_their_slope() -> None:
    """Of an odd number of rows the middle one lies in the plane of the source."""
    cone = cone_slabs_of(ConeBeam((0.0, 30.0), 4, 5, 20.0, 9.0, 1.6, 1.1), (6, 9, 7), 1.0)
    assert isinstance(cone, ConeSlabs)
    assert cone.row_height == pytest.approx(float(cone.heights.diff().mean()))
    tilt = cone.tilt()
    assert tilt.shape[:2] == (2, 5)
    torch.testing.assert_close(tilt[:, 2] * cone.row_height * cone.gain, torch.ones_like(tilt[:, 2]))
    assert (tilt[:, [0, 4]] > tilt[:, 2:3]).all()
    torch.testing.assert_close(tilt, tilt.flip(1))
    assert torch.equal(cone.tilt(slice(1, 2)), tilt[1:2])
