import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics import FanBeam, ParallelBeam
from preimage.physics.tomography.rays import axes_of, slabs_of


def test_axes_turn_counter_clockwise() -> None:
    along, ray = axes_of(ParallelBeam([0, 90], 3))
    torch.testing.assert_close(along, torch.tensor([[1.0, 0.0], [0.0, 1.0]]).double(), atol=1e-12, rtol=0)
    torch.testing.assert_close(ray, torch.tensor([[0.0, 1.0], [-1.0, 0.0]]).double(), atol=1e-12, rtol=0)


TURN = range(0, 360, 7)


@pytest.mark.parametrize("geometry", [ParallelBeam(TURN, 6, 1.3), FanBeam(TURN, 6, 9.0, 2.0, 1.7)])
def test_knots_ascend_and_bounds_hold(geometry) -> None:
    slabs = slabs_of(geometry, (5, 8), 0.6)
    assert (slabs.knots.diff(dim=1) > 0).all()
    for v, rows in enumerate(slabs.along_rows):
        r = torch.arange(5 if rows else 8)[:, None]
        scale = slabs.scale[v, 0] + slabs.scale[v, 1] * r
        lengths = slabs.knots[v].diff() * scale
        assert (scale > 0).all()
        assert lengths.max() <= slabs.widest_bin * (1 + 1e-9)
        assert (1 / lengths).max() <= slabs.widest_pixel * (1 + 1e-9)


def test_fans_of_more_than_a_right_angle_are_refused() -> None:
    with pytest.raises(ArgumentError, match="its fan less wide than 90 degrees"):
        slabs_of(FanBeam([45], 40, 30.0, 0.0, 1.6), (4, 4), 1.0)
