import pytest

from preimage.errors import ArgumentError
from preimage.restore.frame.declaration import Option
from preimage.simulate.declaration import PhysicsRow, nearest
from preimage.simulate.noises import NoiseRow

ROW = PhysicsRow(
    "turning", "torch.nn:Identity", "math:sqrt", "Turn.",
    (Option("angle", float, None, "Degrees.", required="name one like 30"), Option("times", int, 2, "How often.")),
    {"angle": 30},
)  # fmt: skip


def test_options_are_settled() -> None:
    assert ROW.settle({"angle": 3.0, "times": None}) == {"angle": 3.0, "times": 2}
    with pytest.raises(ArgumentError, match="`--angle` must be given for turning, got none; name one like 30"):
        ROW.settle({})
    with pytest.raises(ArgumentError, match=r"`--kernel` must be left out for turning.*: --angle, --times\."):
        ROW.settle({"angle": 3.0, "kernel": "disk:2"})


def test_it_is_loaded_and_shown() -> None:
    assert ROW.load()(9) == 3
    assert ROW.example == "preimage simulate photo.png --physics turning --angle 30 --noise gaussian:0.02 -o y.tif"


def test_near_names_are_told() -> None:
    assert nearest("Blurr", ["blur", "mri"]) == "the nearest are blur"
    assert nearest("qq", ["blur", "mri"]) == "there are blur, mri"


def test_a_law_is_written_with_what_may_be_left_out_in_brackets() -> None:
    assert NoiseRow("poisson", "", ("gain", "background")).form == "poisson:GAIN[:BACKGROUND]"
