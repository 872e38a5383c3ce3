import math

import pytest
import torch

from preimage.physics.tomography.corrections.wedge import match_half_turn


@pytest.mark.parametrize("middle", [20.0, 17.3, 23.0])
@pytest.mark.parametrize("last", [180, 200])
def test_half_a_turn_and_its_mirror_image_make_a_whole(middle, last, rng) -> None:
    degrees = torch.arange(0, last, 3.0, dtype=torch.float64)[torch.randperm(math.ceil(last / 3), generator=rng)]
    place = torch.arange(45, dtype=torch.float64) - middle
    near = place - 9 * (torch.deg2rad(degrees)[:, None] - 0.3).cos()
    y = (-(near**2) / 8).exp() + (-(place**2) / 40).exp()
    found = match_half_turn(y[None, None], tuple(degrees.tolist()))
    assert found.item() == pytest.approx(middle, abs=0.05)
