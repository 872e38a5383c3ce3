from dataclasses import replace

import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import ConeBeam, FanBeam, ParallelBeam
from preimage.physics.corrections import find_axis
from tests.physics.tomography.ellipses import Ellipse, sinogram
from tests.physics.tomography.ellipsoids import Ellipsoid, cone_views

BODY = (
    Ellipse(2.0, -3.0, 38.0, 30.0, 20.0, 1.0),
    Ellipse(-8.0, 6.0, 11.0, 8.0, -30.0, 0.5),
    Ellipse(15.0, -10.0, 5.0, 7.0, 10.0, -0.4),
)


@pytest.mark.parametrize("axis", [0.37, -3.2])
@pytest.mark.parametrize(
    "geometry",
    [
        ParallelBeam(torch.arange(0, 360, 2.0), 128),
        ParallelBeam(torch.arange(181) / 181 * 360, 131, 0.8, 0.7),
        ParallelBeam(torch.arange(200) * 111.246, 128),
        ParallelBeam(torch.arange(0, 360, 2.0), 64, 1.0, 18.0),  # the axis is near the end of the detector
        ParallelBeam(torch.arange(0, 180, 1.5), 128),
        ParallelBeam(torch.arange(30, 211, 1.5), 131, 0.8, 0.7),
        FanBeam(torch.arange(0, 360, 2.0), 128, 120.0, 80.0, 1.7, 0.3),
        FanBeam(torch.arange(0, 360, 2.0), 129, 120.0, 80.0, 1.7, 0.3, curved=True),
    ],
)
def test_the_axis_of_noisy_sinograms_is_found_to_a_tenth_of_a_bin(geometry, axis, rng) -> None:
    y = sinogram(replace(geometry, axis=axis), *BODY, finer=3).expand(2, 2, -1, -1)
    y = y + torch.randn(y.shape, generator=rng, dtype=y.dtype)  # a fiftieth of the largest value
    found = find_axis(y, geometry)
    assert found.shape == (2,)
    assert (found - axis).abs().max() < 0.1 * geometry.spacing
    torch.testing.assert_close(find_axis(y[1:], geometry), found[1:])


def test_a_cone_is_judged_by_the_plane_of_its_source(rng) -> None:
    geometry = ConeBeam(torch.arange(0, 360, 3.0), 60, 6, 120.0, 80.0, 1.7, row_offset=2.0, axis=1.3)
    bodies = (Ellipsoid((2.0, -3.0, 1.0), (22.0, 17.0, 9.0)), Ellipsoid((-8.0, 6.0, 0.0), (6.0, 5.0, 7.0)))
    y = cone_views(geometry, *bodies)
    y = y + 0.3 * torch.randn(y.shape, generator=rng, dtype=y.dtype)
    assert find_axis(y.float(), geometry).item() == pytest.approx(1.3, abs=0.1)
    with pytest.raises(ArgumentError, match="`row_offset` must let"):
        find_axis(y, replace(geometry, row_offset=40.0))


def test_short_scans_and_what_does_not_fit_are_refused() -> None:
    with pytest.raises(ArgumentError, match="half a turn of parallel rays for its axis to be found, got 120 degrees"):
        find_axis(torch.zeros(1, 1, 120, 9), ParallelBeam(range(120), 9))
    with pytest.raises(ArgumentError, match="a full turn of a fan"):
        find_axis(torch.zeros(1, 1, 200, 9), FanBeam(range(200), 9, 30.0))
    with pytest.raises(ShapeError, match="`y` must have shape"):
        find_axis(torch.zeros(1, 1, 9, 180), ParallelBeam(range(180), 9))
    with pytest.raises(ArgumentError, match="`y` must be finite for finding the axis"):
        find_axis(torch.full((1, 1, 180, 9), float("nan")), ParallelBeam(range(180), 9))
