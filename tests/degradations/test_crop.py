import pytest
import torch

from preimage.degradations import CropStep, DrawnCrop, Pair
from preimage.errors import ArgumentError, ShapeError


def test_multiples_are_cut_at_the_end_and_squares_from_the_middle(rng: torch.Generator) -> None:
    x = torch.arange(35.0).reshape(1, 1, 5, 7)
    (drawn,) = CropStep(3).draw(rng)
    degraded, clean = drawn.apply(Pair(x, x))
    assert torch.equal(degraded, x[..., :3, :6])
    assert clean is degraded
    assert torch.equal(DrawnCrop(size=3).apply(Pair(x, x + 1)).clean, x[..., 1:4, 2:5] + 1)
    assert DrawnCrop(size=6).apply(Pair(x, x)).clean.shape == (1, 1, 5, 6)


def test_pictures_that_are_too_small_or_differ_are_refused() -> None:
    x = torch.zeros(1, 1, 3, 9)
    with pytest.raises(ShapeError, match="at least 4"):
        DrawnCrop(multiple=4).apply(Pair(x, x))
    with pytest.raises(ShapeError, match="changes the scale"):
        DrawnCrop(size=4).apply(Pair(x, x[..., ::3]))
    with pytest.raises(ArgumentError, match="multiple"):
        CropStep(0)
