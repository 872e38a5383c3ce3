import math

import pytest
import torch

from preimage.physics.tomography.corrections.opposite import at_angles, match_mirrored, peak_of


def test_the_top_of_a_parabola() -> None:
    place = torch.arange(9.0)
    score = torch.stack([-((place - top) ** 2) for top in (3.3, 5.0, 0.0)])
    torch.testing.assert_close(peak_of(score), torch.tensor([3.3, 5.0, 0.0]))
    assert peak_of(torch.zeros(1, 9)).isfinite().all()


def test_views_in_any_order_are_interpolated_on_the_circle() -> None:
    degrees = (300.0, 20.0, 140.0)
    y = torch.tensor([3.0, 1.0, 2.0], dtype=torch.float64)[None, None, :, None]
    wanted = torch.deg2rad(torch.tensor([[20.0], [80.0], [340.0], [-60.0]], dtype=torch.float64))
    torch.testing.assert_close(
        at_angles(y, degrees, wanted).flatten(), torch.tensor([1.0, 1.5, 2.0, 3.0], dtype=torch.float64)
    )


@pytest.mark.parametrize("middle", [20.0, 17.5, 26.0])
def test_a_turn_of_a_point_is_its_own_mirror_image(middle) -> None:
    angle = torch.arange(0, 2 * math.pi, math.pi / 30, dtype=torch.float64)[:, None]
    place = torch.arange(41, dtype=torch.float64) - middle - 9 * (angle - 0.3).cos()
    y = (-(place**2) / 8).exp()[None, None]
    degrees = tuple(torch.rad2deg(angle).flatten().tolist())
    found = match_mirrored(y, degrees, torch.zeros(41, dtype=torch.float64))
    assert found.item() == pytest.approx(middle, abs=0.03)
