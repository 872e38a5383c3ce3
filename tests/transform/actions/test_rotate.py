import numpy as np
import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.transform import Rotate
from tests.example import Example

EXAMPLES = {
    Rotate: [
        Example(Rotate, (3, 2, 5, 5), complex=True),
        Example(lambda: Rotate(180)),
        Example(Rotate, (2, 1, 3, 4, 4)),
    ],
}


def test_quarter_turns_are_counterclockwise() -> None:
    x = torch.arange(18.0).reshape(2, 1, 3, 3)
    turned = Rotate().transform(x, torch.tensor([1, 3]))
    for image, result, turns in zip(x, turned, (1, 3), strict=True):
        assert np.array_equal(result[0].numpy(), np.rot90(image[0].numpy(), turns))


def test_a_batch_that_is_not_square_is_turned_as_one() -> None:
    x = torch.arange(24.0).reshape(2, 1, 3, 4)
    assert Rotate().transform(x, torch.tensor([1, 3])).shape == (2, 1, 4, 3)
    with pytest.raises(ShapeError, match="Rotate\\(180\\)"):
        Rotate().transform(x, torch.tensor([0, 1]))
    assert set(Rotate(180).draw(50).tolist()) == {0, 2}


def test_all_turns_are_equally_likely(rng: torch.Generator) -> None:
    counts = Rotate().draw(4000, rng).bincount()
    torch.testing.assert_close(counts / 4000, torch.full((4,), 0.25), rtol=0, atol=4 * (0.19 / 4000) ** 0.5)


def test_other_angles_are_refused() -> None:
    with pytest.raises(ArgumentError, match="Euclidean"):
        Rotate(45)
