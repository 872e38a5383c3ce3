import numpy as np
import pytest

from preimage.errors import ArgumentError, ImageFileError, ShapeError
from preimage.files.samples.seen import check_finite, check_mask_size, not_numbers, without


def picture() -> np.ndarray:
    samples = np.zeros((2, 3, 2), np.float32)
    samples[0, 1, 1] = np.nan
    samples[1, 2] = np.inf
    return samples


def test_any_channel_that_is_no_number_counts() -> None:
    assert not_numbers(picture()).tolist() == [[False, True, False], [False, False, False]]
    assert not not_numbers(np.zeros((2, 3, 1), np.uint8)).any()


def test_what_was_seen_must_be_finite() -> None:
    with pytest.raises(ArgumentError, match=r"`image` must be finite .* NaN or infinity at 2 pixels;"):
        check_finite(picture(), None)
    missing = np.zeros((2, 3), bool)
    missing[0, 1] = True
    with pytest.raises(ImageFileError, match=r"at 1 pixels of a\.tif; add them to the mask"):
        check_finite(picture(), missing, "a.tif")
    missing[1, 2] = True
    check_finite(picture(), missing)
    check_finite(np.zeros((2, 3, 1), np.uint8), None)


def test_missing_samples_get_a_value_in_a_copy() -> None:
    samples, missing = picture(), np.zeros((2, 3), bool)
    assert without(samples, None, 9) is samples
    assert without(samples, missing, 9) is samples
    missing[0, 1] = True
    assert without(samples, missing, 9)[0, 1].tolist() == [9, 9]
    assert np.isnan(samples[0, 1, 1])


def test_a_mask_of_another_size() -> None:
    check_mask_size((4, 5), (4, 5))
    with pytest.raises(ShapeError, match="of the picture's size, 6x4, got 5x4"):
        check_mask_size((4, 5), (4, 6))
