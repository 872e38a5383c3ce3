import pytest
import torch

from preimage.errors import ArgumentError, CapabilityError
from preimage.kernels.rays.cone import project_cone, smear_cone
from preimage.physics import ConeBeam, FanBeam, Tomography
from preimage.physics.tomography.cone_rays import cone_slabs_of
from preimage.physics.tomography.fdk import feldkamp
from tests.physics.tomography.ellipsoids import Ellipsoid, cone_views

COVERS = [
    "preimage.physics.tomography.cone_rays",
    "preimage.physics.tomography.fdk",
]

FLAT = ConeBeam(torch.arange(0, 360, 41.0), 24, 22, 60.0, 30.0, 2.2, 2.0, 0.5, 0.3, 0.4)
GEOMETRIES = [
    FLAT,
    ConeBeam(torch.arange(0, 360, 41.0), 25, 22, 60.0, 30.0, 2.2, 2.0, 0.5, -0.3, 0.4, curved=True),
    ConeBeam(torch.arange(0, 720, 81.0), 24, 22, 60.0, 30.0, 2.2, pitch=5.0),
]


@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_the_error_falls_with_the_square_of_the_voxels(geometry) -> None:
    body = Ellipsoid((2.0, -1.5, 1.0), (9.0, 7.0, 6.0), 0.7, order=2)
    truth = cone_views(geometry, body, finer=5)
    errors = []
    for n in (14, 28):
        y = Tomography(geometry, (n, n, n), 24 / n).A(body.volume((n, n, n), 24 / n))
        errors.append(((y - truth).norm() / truth.norm()).item())
    assert errors[1] < errors[0] / 3.4
    assert errors[1] < 1.1e-2


def test_the_row_in_the_plane_of_the_source_is_a_fan() -> None:
    cone = ConeBeam(range(0, 360, 50), 9, 1, 30.0, 20.0, 1.7, 1e-4, 0.2, 0.0, 0.3)
    x = torch.rand(1, 1, 3, 8, 7, dtype=torch.float64)
    found = Tomography(cone, (3, 8, 7)).A(x)[..., 0, :]
    expected = Tomography(cone.fan, (8, 7)).A(x[:, :, 1])
    torch.testing.assert_close(found, expected, rtol=1e-8, atol=1e-8)
    assert cone.fan == FanBeam(range(0, 360, 50), 9, 30.0, 20.0, 1.7, 0.2, 0.3)


def test_rows_go_up_with_the_images_of_the_volume() -> None:
    x = torch.zeros(1, 1, 5, 5, 5, dtype=torch.float64)
    x[0, 0, 4, 2, 2] = 1  # two voxels up, on the axis
    y = Tomography(ConeBeam([0.0, 70.0], 9, 40, 20.0, 20.0, 1.0, 0.5), (5, 5, 5)).A(x)[0, 0].sum(2)
    height = (torch.arange(40) - 19.5) * 0.5
    assert (y * height).sum(1) / y.sum(1) == pytest.approx(4.0, rel=0.02)  # magnified twice


@pytest.mark.parametrize("geometry", GEOMETRIES[:2])
def test_fdk_gives_the_values_of_a_ball(geometry) -> None:
    geometry = ConeBeam(torch.arange(0, 360, 3.0), 48, 44, 60.0, 30.0, 1.1, 1.1, 0.4, 0.3, 0.4, geometry.curved)
    body = Ellipsoid((2.0, -1.5, 1.0), (8.0, 8.0, 7.0), 0.7)
    volume = feldkamp(cone_views(geometry, body)[0], geometry, (24, 24, 24), 1.0, "ramp")[None]
    inside = Ellipsoid(body.middle, (5.0, 5.0, 4.5)).volume((24, 24, 24), 1.0) > 0
    assert volume[inside].mean() == pytest.approx(0.7, rel=5e-3)
    assert volume[inside].std() < 0.02


@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_both_ways_are_one_matrix_and_its_transpose(geometry) -> None:
    geometry = ConeBeam([20.0, 75.0, 200.0], 5, 4, 9.0, 4.0, 1.6, 1.1, 0.3, -0.2, 0.1, geometry.curved, geometry.pitch)
    cone = cone_slabs_of(geometry, (3, 2, 4), 0.9)
    there = project_cone(torch.eye(24, dtype=torch.float64).reshape(24, 3, 2, 4), cone).flatten(1)
    back = smear_cone(torch.eye(60, dtype=torch.float64).reshape(60, 3, 4, 5), cone).flatten(1)
    torch.testing.assert_close(there, back.T, rtol=0, atol=1e-12)
    assert (there >= 0).all()


def test_what_does_not_fit_is_refused() -> None:
    helix = Tomography(GEOMETRIES[2], (4, 4, 4))
    with pytest.raises(CapabilityError, match="`pitch` must be 0"):
        helix.fbp(torch.zeros(1, 1, 9, 22, 24))
    with pytest.raises(ArgumentError, match="`rows` must be"):
        ConeBeam([0], 4, 0, 9.0)
    with pytest.raises(ArgumentError, match="`shape` must be"):
        Tomography(FLAT, (4, 4))
