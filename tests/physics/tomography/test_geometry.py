import numpy as np
import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics import FanBeam, ParallelBeam

COVERS = ["preimage.physics.tomography.geometry"]


def test_angles_come_from_any_sequence_and_geometries_compare() -> None:
    given = ([0, 90.0], np.array([0.0, 90.0]), torch.tensor([0, 90]), range(0, 91, 90))
    made = [ParallelBeam(angles, 5) for angles in given]
    assert all(geometry == made[0] and hash(geometry) == hash(made[0]) for geometry in made)
    assert made[0] != ParallelBeam([0, 90], 5, offset=0.1)
    assert made[0] != FanBeam([0, 90], 5, 9.0)
    assert made[1].degrees == (0.0, 90.0)
    assert made[0].views == 2


def test_some_views_are_a_geometry() -> None:
    fan = FanBeam(range(10), 5, 20.0)
    assert fan.take(slice(1, None, 4)) == FanBeam([1, 5, 9], 5, 20.0)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ParallelBeam([], 5), "`angles` must be finite"),
        (lambda: ParallelBeam([float("nan")], 5), "`angles` must be finite"),
        (lambda: ParallelBeam([0], 0), "`bins` must be an integer"),
        (lambda: ParallelBeam([0], 5, 0.0), "`spacing` must be positive"),
        (lambda: FanBeam([0], 5, -1.0), "`source` must be positive"),
        (lambda: FanBeam([0], 5, 10.0, -1.0), "`detector` must be at least 0"),
        (lambda: FanBeam([0], 50, 10.0, curved=True), "`bins` must span less than half a circle"),
    ],
)
def test_what_is_no_tomograph_is_refused(make, message) -> None:
    with pytest.raises(ArgumentError, match=message):
        make()
