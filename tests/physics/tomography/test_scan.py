import math

import pytest
import torch

from preimage.physics import FanBeam, ParallelBeam
from preimage.physics.tomography.scan import seen_radius, view_weights

SCANS = [
    torch.arange(0, 180, 2.0),
    torch.arange(0, 360, 2.0),
    torch.arange(200) * 111.246,
    torch.tensor([0.0, 50, 120]),
]


@pytest.mark.parametrize("angles", SCANS)
def test_all_directions_are_a_half_turn(angles) -> None:
    assert view_weights(ParallelBeam(angles, 3)).sum().item() == pytest.approx(math.pi)
    assert view_weights(FanBeam(angles * 2, 3, 9.0)).sum().item() == pytest.approx(math.pi)


def test_views_close_together_count_less() -> None:
    weight = view_weights(ParallelBeam([0, 60, 70, 120], 3))
    torch.testing.assert_close(torch.rad2deg(weight), torch.tensor([60.0, 35.0, 30.0, 55.0]).double())


def test_missing_views_are_not_replaced_by_their_neighbours() -> None:
    weight = view_weights(ParallelBeam(torch.arange(0, 90, 2.0), 3))
    torch.testing.assert_close(torch.rad2deg(weight), torch.full((45,), 2.0).double())


def test_the_circle_that_is_seen() -> None:
    assert seen_radius(ParallelBeam([0], 10, 0.5, 1.0, -0.5)) == pytest.approx(4.0)
    assert seen_radius(FanBeam([0], 10, 4.0, 4.0, 1.2)) == pytest.approx(4 * math.sin(math.atan(6 / 8)))
