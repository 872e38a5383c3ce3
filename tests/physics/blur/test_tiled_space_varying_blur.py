import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import Blur, SpaceVaryingBlur, TiledSpaceVaryingBlur
from preimage.physics.blur.tiled_space_varying_blur import tile_weights
from tests.example import Example, kernel, random

FILTERS = kernel(1, 6, 3, 2)[:, :, None]

EXAMPLES = {
    TiledSpaceVaryingBlur: [
        Example(lambda: TiledSpaceVaryingBlur(FILTERS, (2, 3))),
        Example(lambda: TiledSpaceVaryingBlur(kernel(2, 6, 2, 3)[:, :, None], (3, 2), valid=False, method="direct")),
    ]
}


def weights_of(size: int, count: int) -> torch.Tensor:
    weights = torch.zeros(count, size)
    for index, (part, values) in enumerate(tile_weights(size, count)):
        weights[index, part] = values.float()
    return weights


@pytest.mark.parametrize(("size", "count"), [(1, 1), (7, 1), (7, 2), (9, 4), (5, 5)])
def test_weights_are_parts_of_one(size: int, count: int) -> None:
    weights = weights_of(size, count)
    torch.testing.assert_close(weights.sum(0), torch.ones(size))
    assert (weights >= 0).all()
    assert ((weights > 0).sum(0) <= 2).all()
    torch.testing.assert_close(weights, weights.flip(0, 1))


@pytest.mark.parametrize("valid", [True, False])
def test_it_is_the_sum_over_the_whole_image(valid: bool) -> None:
    down, across = weights_of(8, 2), weights_of(9, 3)
    multipliers = (down[:, None, :, None] * across[None, :, None, :]).reshape(1, 6, 1, 8, 9)
    whole = SpaceVaryingBlur(FILTERS, multipliers, "valid" if valid else "zero")
    tiled, x = TiledSpaceVaryingBlur(FILTERS, (2, 3), valid), random(2, 2, 8, 9)
    torch.testing.assert_close(tiled.A(x), whole.A(x))
    y = whole.A(x).flip(-1)
    torch.testing.assert_close(tiled.A_adjoint(y), whole.A_adjoint(y))


def test_equal_filters_are_one_blur() -> None:
    x, same = random(1, 2, 9, 11), FILTERS[:, :1].expand(1, 6, 1, 3, 2)
    torch.testing.assert_close(TiledSpaceVaryingBlur(same, (2, 3)).A(x), Blur(FILTERS[0, 0, 0]).A(x))


def test_arguments_are_checked() -> None:
    with pytest.raises(ShapeError, match=r"`filters` must be .1 or B, 4, 1 or C"):
        TiledSpaceVaryingBlur(FILTERS, (2, 2))
    with pytest.raises(ArgumentError, match="`grid` must be at least 1"):
        TiledSpaceVaryingBlur(FILTERS, (6, 0))
    with pytest.raises(ShapeError, match="at least as large as the grid"):
        TiledSpaceVaryingBlur(FILTERS, (2, 3)).A(torch.rand(1, 1, 4, 2))
