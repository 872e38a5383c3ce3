import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics import SpaceVaryingBlur, TiledSpaceVaryingBlur
from preimage.physics.generators import (
    GaussianBlurGenerator,
    MotionBlurGenerator,
    ProductConvolutionBlurGenerator,
    TiledBlurGenerator,
)
from tests.example import Example, random

EXAMPLES = {
    TiledBlurGenerator: [Example(lambda: TiledBlurGenerator(GaussianBlurGenerator(5), (2, 3)))],
    ProductConvolutionBlurGenerator: [
        Example(lambda: ProductConvolutionBlurGenerator(MotionBlurGenerator(5), 3, (6, 7)))
    ],
}


def test_operators_take_them_and_keep_the_light() -> None:
    rng, x = torch.Generator().manual_seed(0), torch.zeros(2, 3, 12, 14)
    x[..., 3:-3, 3:-3] = random(2, 3, 6, 8)
    drawn = TiledBlurGenerator(GaussianBlurGenerator(5), (2, 3))(2, rng)
    tiled = TiledSpaceVaryingBlur(drawn["filters"], (2, 3), valid=False)
    torch.testing.assert_close(tiled.A(x).sum((2, 3)), x.sum((2, 3)))
    drawn = ProductConvolutionBlurGenerator(GaussianBlurGenerator(5), 4, (12, 14))(2, rng)
    torch.testing.assert_close(drawn["multipliers"].sum(1), torch.ones(2, 1, 12, 14))
    whole = SpaceVaryingBlur(drawn["filters"], drawn["multipliers"], "zero")
    torch.testing.assert_close(whole.A(x).sum((2, 3)), x.sum((2, 3)))
    other = SpaceVaryingBlur(drawn["filters"], drawn["multipliers"], "circular", "convolution-product")
    torch.testing.assert_close(other.A(torch.ones_like(x)), torch.ones_like(x))


def test_arguments_are_checked() -> None:
    with pytest.raises(ArgumentError, match="`grid` must be at least 1"):
        TiledBlurGenerator(GaussianBlurGenerator(5), (0, 3))
    with pytest.raises(ArgumentError, match="`count` must be at least 1"):
        ProductConvolutionBlurGenerator(GaussianBlurGenerator(5), 0, (6, 6))
