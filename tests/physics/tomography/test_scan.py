import itertools
import math

import pytest
import torch

from preimage.physics import FanBeam, ParallelBeam
from preimage.physics.tomography.scan import access_order, detector_sides, ray_weights, seen_radius, steps

SCANS = [torch.arange(0, 180, 2), torch.arange(0, 360, 2), torch.arange(200) * 111.246, torch.tensor([0.0, 50, 120])]
BINS = torch.arange(-2.0, 3.0, dtype=torch.float64)


@pytest.mark.parametrize("angles", SCANS)
def test_all_directions_are_a_half_turn(angles) -> None:
    total = torch.full((5,), math.pi, dtype=torch.float64)
    torch.testing.assert_close(ray_weights(ParallelBeam(angles, 5), BINS).sum(0), total)
    torch.testing.assert_close(ray_weights(FanBeam(angles * 2, 5, 9.0), BINS / 9).sum(0), total)


def test_views_at_one_angle_share_what_it_stands_for() -> None:
    weight = steps((0, 60, 60, 60, 120, 180), math.pi)[0]  # 180 is 0
    torch.testing.assert_close(torch.rad2deg(weight), torch.tensor([30.0, 20.0, 20.0, 20.0, 60.0, 30.0]).double())
    torch.testing.assert_close(steps((7, 7, 7), math.pi)[0], torch.full((3,), math.pi / 3).double())


def test_views_close_together_count_less() -> None:
    weight = steps((0, 60, 70, 120), math.pi)[0]
    torch.testing.assert_close(torch.rad2deg(weight), torch.tensor([60.0, 35.0, 30.0, 55.0]).double())


def test_missing_views_are_not_replaced_by_their_neighbours() -> None:
    weight, first, extent = steps(tuple(range(20, 110, 2)), math.pi)
    torch.testing.assert_close(torch.rad2deg(weight), torch.full((45,), 2.0).double())
    assert math.degrees(first) == pytest.approx(20)
    assert math.degrees(extent) == pytest.approx(90)


def test_each_line_of_a_short_scan_counts_once() -> None:
    # The ray at `angle` in the view at `t` is that at `-angle` in the view at `t - 2 angle + 180`.
    degrees = torch.arange(0, 230, 1.0)
    angle = torch.deg2rad(torch.arange(-20.0, 21.0))
    weight = ray_weights(FanBeam(degrees, 41, 9.0), angle) / math.radians(1)
    for k in (0, 7, 20, 33, 40):
        opposite = degrees - 2 * (k - 20) + 180
        inside = (opposite >= 0) & (opposite < 230)
        twin = weight[opposite[inside].long(), 40 - k]
        total = weight[:, k].clone()
        total[inside] += twin
        before = (opposite - 360 >= 0) & (opposite - 360 < 230)
        total[before] += weight[(opposite - 360)[before].long(), 40 - k]
        torch.testing.assert_close(total[2:-2], torch.ones(226).double(), rtol=0, atol=0.06)


def test_rays_without_an_opposite_count_whole() -> None:
    place = torch.arange(-3.0, 8.0, dtype=torch.float64)
    weight = ray_weights(ParallelBeam(torch.arange(360), 11, offset=2.0), place)[0] / math.radians(1)
    assert detector_sides(ParallelBeam([0], 11, offset=2.0), place) == (3.5, 7.5)
    torch.testing.assert_close(weight[:7] + weight[:7].flip(0), torch.ones(7).double())
    torch.testing.assert_close(weight[7:], torch.ones(4).double())
    assert (weight.diff() >= 0).all()


def test_the_circle_that_is_seen() -> None:
    assert seen_radius(ParallelBeam([0], 10, 0.5, 1.0, -0.5)) == pytest.approx(4.0)
    assert seen_radius(FanBeam([0], 10, 4.0, 4.0, 1.2)) == pytest.approx(4 * math.sin(math.atan(6 / 8)))


@pytest.mark.parametrize("count", [1, 2, 5, 8])
def test_subsets_follow_far_apart(count) -> None:
    order = access_order(count)
    assert sorted(order) == list(range(count))
    assert sum(abs(a - b) for a, b in itertools.pairwise(order)) >= count * (count - 1) / 4
