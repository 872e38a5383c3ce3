import numpy as np
import pytest

from preimage.files.formats.format import Header, Holds


def test_an_axis_that_is_not_there_has_one_entry() -> None:
    header = Header((4, 5, 3), np.dtype(np.uint8))
    assert [header.size(axis) for axis in ("row", "column", "channel", "slice")] == [4, 5, 3, 1]
    assert Header((2, 4, 5), np.dtype(np.uint8), ("slice", "row", "column")).size("row") == 4


@pytest.mark.parametrize(
    ("bits", "asked", "held"),
    [
        (8, "u2", "u1"),
        (8, "f4", "u1"),
        (16, "u2", "u2"),
        (16, "u1", "u1"),
        (16, "f4", "u2"),
        (None, "f4", "f4"),
        (8, "?", "?"),
    ],
)
def test_the_nearest_type_that_is_held(bits: int | None, asked: str, held: str) -> None:
    assert Holds(bits=bits).nearest(np.dtype(asked)) == np.dtype(held)
