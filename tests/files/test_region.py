import numpy as np
import pytest

from preimage.errors import ArgumentError
from preimage.files.region import Region


def test_a_box_cuts_the_first_axes() -> None:
    array = np.arange(60).reshape(3, 4, 5)
    assert np.array_equal(array[Region(((1, 3), (0, 2))).slices(array.shape)], array[1:3, :2])
    assert np.array_equal(array[Region(()).slices(array.shape)], array)


@pytest.mark.parametrize("bounds", [((2, 2),), ((-1, 2),), ((0, 1), (3, 2))])
def test_a_box_without_samples(bounds: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(ArgumentError, match="`bounds` must be pairs"):
        Region(bounds)


@pytest.mark.parametrize("bounds", [((0, 4),), ((0, 1),) * 4])
def test_a_box_beyond_the_array(bounds: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(ArgumentError, match=r"`region` must lie within \(3, 4, 5\)"):
        Region(bounds).slices((3, 4, 5))
