import pytest

from preimage.cli.checking.arguments import parse_arguments, parse_shape
from preimage.errors import ArgumentError


def test_shapes_are_read() -> None:
    assert parse_shape("1,3,64,64") == (1, 3, 64, 64)
    assert parse_shape("2x1x4 x5x6") == (2, 1, 4, 5, 6)


@pytest.mark.parametrize("text", ["", "3", "1,3,64", "1,3,64,0", "1,3,-2,4", "a,b,c,d", "1,3,64,64,", "1.5,1,2,2"])
def test_other_shapes_are_refused(text: str) -> None:
    with pytest.raises(ArgumentError, match="`--shape` must be"):
        parse_shape(text)


def test_arguments_are_an_object() -> None:
    assert parse_arguments('{"size": 3}') == {"size": 3}
    for text in ("", "3", "[1]", "{size: 3}"):
        with pytest.raises(ArgumentError, match="`--arguments` must be a JSON object"):
            parse_arguments(text)
