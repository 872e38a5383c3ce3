import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics.generators import InterleavedSplittingMaskGenerator
from tests.example import Example

EXAMPLES = {
    InterleavedSplittingMaskGenerator: [
        Example(lambda: InterleavedSplittingMaskGenerator((1, 7, 3), 3)),
        Example(lambda: InterleavedSplittingMaskGenerator((2, 3, 4, 5), 2, -1)),
    ]
}


def test_one_part_of_the_views_is_kept_back(rng: torch.Generator) -> None:
    masks = InterleavedSplittingMaskGenerator((2, 7, 3), 3)(50, rng)["mask"]
    views = masks[:, 0, :, 0]
    assert torch.equal(masks, views[:, None, :, None].expand_as(masks))
    assert {tuple(row) for row in views.tolist()} == {
        (0, 1, 1, 0, 1, 1, 0), (1, 0, 1, 1, 0, 1, 1), (1, 1, 0, 1, 1, 0, 1),
    }  # fmt: skip


def test_what_does_not_fit_is_told() -> None:
    with pytest.raises(ArgumentError, match="`parts` must be at least 2"):
        InterleavedSplittingMaskGenerator((1, 7, 3), 1)
    with pytest.raises(ArgumentError, match="`parts` must be at most the number of views, 7"):
        InterleavedSplittingMaskGenerator((1, 7, 3), 8)
    with pytest.raises(ArgumentError, match="`axis` must be one of the 3 axes"):
        InterleavedSplittingMaskGenerator((1, 7, 3), 2, 3)
