import pytest
import torch

from preimage.errors import ArgumentError
from preimage.simulate import sample_picture
from preimage.simulate.builders.lidar import build_lidar

X = sample_picture(6, 8)[None, :1]
USUAL = {"range": "5:40", "bins": 50, "pulse": 1.0, "photons": 4.0, "daylight": 2.0}


def test_photons_are_those_of_the_picture_and_of_daylight_at_the_distance_of_the_row() -> None:
    made = build_lidar(X, USUAL, torch.Generator())
    expected = made.physics.A(made.x)
    torch.testing.assert_close(expected.sum(1, keepdim=True), 4 * X + 2)
    white = build_lidar(torch.ones_like(X), USUAL, torch.Generator())
    assert white.physics.A(white.x).argmax(1)[0, :, 0].tolist() == [40, 33, 26, 19, 12, 5]


@pytest.mark.parametrize(
    ("given", "told"),
    [({"range": "near"}, "`range` must be"), ({"photons": 0.0}, "`photons`"), ({"bins": 0}, "`bins`")],
)
def test_what_is_wrong_is_told(given, told: str) -> None:
    with pytest.raises(ArgumentError, match=told):
        build_lidar(X, {**USUAL, **given}, torch.Generator())
