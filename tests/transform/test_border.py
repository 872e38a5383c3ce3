import numpy as np
import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.transform.border import Padding, check_padding, pad, places, unpad

NUMPY_MODES: dict[Padding, str] = {"circular": "wrap", "replicate": "edge", "reflect": "reflect", "zero": "constant"}
MARGINS = ((1, 3), (2, 0))


@pytest.mark.parametrize("padding", list(NUMPY_MODES))
def test_pad_is_that_of_numpy(padding: Padding) -> None:
    x = torch.arange(20.0).reshape(1, 1, 4, 5)
    truth = np.pad(x[0, 0].numpy(), MARGINS, mode=NUMPY_MODES[padding])
    np.testing.assert_array_equal(pad(x, MARGINS, padding)[0, 0].numpy(), truth)


@pytest.mark.parametrize("padding", list(NUMPY_MODES))
def test_places_are_where_pad_takes_its_samples_from(padding: Padding) -> None:
    x = torch.arange(1, 21.0).reshape(1, 1, 4, 5)
    rows, columns = places((4, 5), MARGINS, padding)
    found = x[0, 0][rows][:, columns] * ((rows >= 0)[:, None] & (columns >= 0))
    assert torch.equal(found, pad(x, MARGINS, padding)[0, 0])
    assert [at.tolist() for at in places((2, 3), ((0, 0), (0, 0)), "valid")] == [[0, 1], [0, 1, 2]]


@pytest.mark.parametrize("padding", list(NUMPY_MODES))
def test_unpad_is_the_transpose(padding: Padding) -> None:
    images = torch.eye(20).reshape(20, 1, 4, 5)
    matrix = pad(images, MARGINS, padding).flatten(1).T
    padded = torch.eye(matrix.shape[0]).reshape(-1, 1, 8, 7)
    torch.testing.assert_close(unpad(padded, MARGINS, padding).flatten(1), matrix)


def test_a_mirror_needs_a_larger_image() -> None:
    with pytest.raises(ShapeError, match="must be larger than the margins"):
        pad(torch.zeros(1, 1, 3, 3), ((3, 0), (0, 0)), "reflect")
    with pytest.raises(ShapeError, match="must be larger than the margins"):
        places((3, 3), ((0, 0), (0, 3)), "reflect")


def test_names_are_checked() -> None:
    with pytest.raises(ArgumentError, match="`padding` must be one of valid, circular"):
        check_padding("same")
