import pytest

from preimage.cli.training.durations import parse_duration, parse_steps
from preimage.errors import ArgumentError


@pytest.mark.parametrize(
    ("text", "seconds"), [("90m", 5400), ("1.5h", 5400), ("40s", 40), (" 2 h", 7200), ("3.m", 180)]
)
def test_durations(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["90x", "90", "", "m", "-3m", "0s", "1h30m", "nan h"])
def test_no_durations(text):
    with pytest.raises(ArgumentError, match="`--time`"):
        parse_duration(text)


def test_steps():
    assert parse_steps("3", 3) == [3, 3, 3]
    assert parse_steps("30, 20,1", 3) == [30, 20, 1]
    for text in ("0", "3,2", "3,2,", "a", "-1", "1.5"):
        with pytest.raises(ArgumentError, match="`--steps`"):
            parse_steps(text, 3)
