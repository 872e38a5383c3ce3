import pytest
import torch
from torch import Tensor

from preimage.errors import ArgumentError, ShapeError
from preimage.physics.parameters.splitting.base import (
    SplittingMaskGenerator,
    draw_uniforms,
    require_ratio,
    require_shape,
)


class Top(SplittingMaskGenerator):
    """Keeps the first row, and notes nothing else."""

    def kept(self, mask: Tensor, rng: torch.Generator | None) -> Tensor:
        return torch.arange(self.shape[-2])[:, None] == 0


def test_what_is_zero_stays_zero_and_whole_masks_are_splits_of_ones() -> None:
    mask = torch.tensor([[[[1.0, 0.0], [1.0, 1.0]]], [[[0.0, 2.0], [1.0, 0.0]]]])
    assert Top((1, 2, 2)).split(mask).tolist() == [[[[1, 0], [0, 0]]], [[[0, 2], [0, 0]]]]
    assert Top((1, 2, 2))(3)["mask"].tolist() == 3 * [[[[1, 1], [0, 0]]]]
    assert Top((1, 2, 2)).draw(None)["mask"].shape == (1, 2, 2)
    assert Top((1, 2, 2)).split(mask.bool()).dtype == torch.bool
    with pytest.raises(ShapeError, match=r"`mask` must have shape \(B, 1, 2, 2\), got \(1, 2, 2\)"):
        Top((1, 2, 2)).split(mask[0])


def test_uniforms_come_from_the_generator() -> None:
    first, again = (draw_uniforms((2, 3), torch.ones(1), torch.Generator().manual_seed(1)) for _ in range(2))
    assert torch.equal(first, again)
    assert first.shape == (2, 3)


def test_ranges() -> None:
    require_ratio((0.2, 0.2))
    for ratio in (1.5, (0.5, 0.2), (-0.1, 0.3)):
        with pytest.raises(ArgumentError, match="`ratio` must be in"):
            require_ratio(ratio)
    for shape in ((), (3, 0)):
        with pytest.raises(ShapeError, match="`shape` must have 1 or more axes"):
            require_shape(shape, 1)
