import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics.generators import BernoulliSplittingMaskGenerator
from tests.example import Example

EXAMPLES = {
    BernoulliSplittingMaskGenerator: [
        Example(lambda: BernoulliSplittingMaskGenerator((3, 6, 5), 0.6)),
        Example(lambda: BernoulliSplittingMaskGenerator((7,), (0.2, 0.8), pixelwise=False)),
    ],
}


def test_shares(rng: torch.Generator) -> None:
    mask = BernoulliSplittingMaskGenerator((2, 100, 100), 0.7)(2, rng)["mask"]
    assert mask.mean().item() == pytest.approx(0.7, abs=4 * (0.21 / 20_000) ** 0.5)
    assert torch.equal(mask[:, 0], mask[:, 1])
    mask = BernoulliSplittingMaskGenerator((2, 100, 100), 0.7, pixelwise=False)(2, rng)["mask"]
    assert mask.mean().item() == pytest.approx(0.7, abs=4 * (0.21 / 40_000) ** 0.5)
    assert not torch.equal(mask[:, 0], mask[:, 1])


def test_a_range_of_shares_is_one_for_each_mask(rng: torch.Generator) -> None:
    shares = BernoulliSplittingMaskGenerator((1, 60, 60), (0.2, 0.8))(200, rng)["mask"].mean((1, 2, 3))
    assert shares.min() < 0.25
    assert shares.max() > 0.75
    assert shares.mean().item() == pytest.approx(0.5, abs=4 * 0.6 / 12**0.5 / 200**0.5)


def test_the_ratio_is_a_share() -> None:
    with pytest.raises(ArgumentError, match="`ratio` must be in"):
        BernoulliSplittingMaskGenerator((1, 2, 2), 2.0)
