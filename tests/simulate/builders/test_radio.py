import pytest
import torch

from preimage.errors import ArgumentError
from preimage.simulate import sample_picture
from preimage.simulate.builders.radio import build_radio_interferometry

X = sample_picture(12, 16)[None, :1]


def test_every_pair_measures_at_every_time_within_the_band() -> None:
    made = build_radio_interferometry(X, {"antennas": 5, "hours": 2.0}, torch.Generator())
    uv = made.physics.fields()["uv"]
    assert uv.shape == (8 * 10, 2)
    assert float(uv.abs().max()) == pytest.approx(0.45)
    assert made.physics.A(X).shape == (1, 1, 80)


@pytest.mark.parametrize(
    ("given", "told"), [({"antennas": 1}, "`antennas` must be"), ({"hours": 0.0}, "`hours` must be")]
)
def test_what_is_wrong_is_told(given, told: str) -> None:
    with pytest.raises(ArgumentError, match=told):
        build_radio_interferometry(X, {"antennas": 5, "hours": 2.0, **given}, torch.Generator())
