import pytest
import torch

from preimage.cli.atlas.drawing import draw_physics, side_by_side
from preimage.simulate import sample_picture, simulate
from preimage.simulate.table import PHYSICS, find_physics


def test_the_picture_is_left_and_the_measurement_right() -> None:
    drawn = draw_physics(find_physics("blur"))
    x = sample_picture(192, 240)
    y = simulate(x, "blur", settings={"kernel": "gaussian:1.5"}).y
    assert drawn.shape == (3, 192, 240 + 8 + 240)
    assert torch.equal(drawn[..., :240], x)
    torch.testing.assert_close(drawn[..., 248:], y)


@pytest.mark.parametrize("name", [row.name for row in PHYSICS if row.suffix == ".npy"])
def test_what_is_no_picture_is_made_one(name: str) -> None:
    drawn = draw_physics(find_physics(name))
    measured = drawn[..., drawn.shape[-1] // 2 + 8 :]
    assert drawn.min() >= 0
    assert drawn.max() <= 1
    assert measured.std() > 0.02


def test_the_second_is_as_high_as_the_first() -> None:
    assert side_by_side(torch.zeros(1, 8, 4), torch.zeros(3, 2, 3)).shape == (3, 8, 4 + 8 + 12)
