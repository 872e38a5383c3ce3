import numpy as np
import pytest

from preimage.errors import ImageFileError
from preimage.files.region import Region
from preimage.files.samples.samples import Samples, split_channels

ARRAY = np.arange(2 * 3 * 6, dtype=np.uint8).reshape(2, 3, 6)


@pytest.mark.parametrize(("channels", "colours"), [(1, 1), (2, 1), (3, 3), (4, 3)])
def test_an_even_number_of_channels_ends_with_transparency(channels: int, colours: int) -> None:
    samples = split_channels("NPY", ARRAY[..., :channels])
    assert np.array_equal(samples.colour, ARRAY[..., :colours])
    assert (samples.alpha is None) == (channels == colours)
    assert np.array_equal(samples.joined(), ARRAY[..., :channels])


def test_grey_has_one_channel_and_more_than_four_have_no_meaning() -> None:
    assert split_channels("NPY", ARRAY[..., 0]).colour.shape == (2, 3, 1)
    with pytest.raises(ImageFileError, match="must have 1 to 4 channels, got 5"):
        split_channels("NPY", ARRAY[..., :5])


@pytest.mark.parametrize("kinds", [(2, 0, 0), (0, 2, 0), (0, 0, 1)])
def test_bands_and_transparency_are_joined_in_the_order_of_the_file(kinds: tuple[int, ...]) -> None:
    at = 3 + next(index for index, kind in enumerate(kinds) if kind)
    samples = Samples("TIFF", np.delete(ARRAY, at, 2), ARRAY[..., at], extras=kinds)
    assert np.array_equal(samples.joined(), ARRAY)
    assert samples.kinds() == kinds


def test_transparency_alone_is_not_multiplied_in() -> None:
    assert Samples("PNG", ARRAY[..., :3], ARRAY[..., 3]).kinds() == (2,)
    assert Samples("PNG", ARRAY[..., :3]).kinds() == ()


def test_a_part_has_the_samples_of_the_part() -> None:
    part = Samples("PNG", ARRAY[..., :3], ARRAY[..., 3], bits=5).cut(Region(((1, 2), (1, 3))))
    assert np.array_equal(part.colour, ARRAY[1:2, 1:3, :3])
    assert part.alpha is not None
    assert np.array_equal(part.alpha, ARRAY[1:2, 1:3, 3])
    assert part.bits == 5
