import pytest

from preimage.errors import ArgumentError
from preimage.notation import parse_noise, parse_sigma


@pytest.mark.parametrize(
    ("text", "value"),
    [("auto", None), (" AUTO ", None), ("25/255", 25 / 255), ("0.5", 0.5), (0.25, 0.25), ("1e-2", 0.01)],
)
def test_levels_are_read(text: str | float, value: float | None) -> None:
    assert parse_sigma(text) == value


@pytest.mark.parametrize("text", ["25", "-1", "a", "1/0", "300", "", "nan", "3/2"])
def test_what_is_no_level_is_refused(text: str) -> None:
    with pytest.raises(ArgumentError, match="write 25/255" if text == "25" else "`sigma` must be auto or a number"):
        parse_sigma(text)


@pytest.mark.parametrize(
    ("text", "light"),
    [
        ("auto", None),
        ("gaussian", (0.0, 0.0)),
        ("poisson:0.01", (0.01, 0.0)),
        ("Poisson:1/100", (0.01, 0.0)),
        ("poisson:1/100@0.1", (0.01, 0.1)),
        ("poisson:0.01@-1e-3", (0.01, -0.001)),
    ],
)
def test_noises_are_read(text: str, light: tuple[float, float] | None) -> None:
    assert parse_noise(text) == light


@pytest.mark.parametrize(
    "text", ["poisson", "poisson:0", "poisson:2", "poisson:1/0", "poisson:x", "poisson:1@2", "salt"]
)
def test_what_is_no_noise_is_refused(text: str) -> None:
    with pytest.raises(ArgumentError, match="poisson:GAIN"):
        parse_noise(text)
