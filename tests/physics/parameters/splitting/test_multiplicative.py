import torch

from preimage.physics.generators import GaussianMaskGenerator, MultiplicativeSplittingMaskGenerator
from tests.example import Example

EXAMPLES = {
    MultiplicativeSplittingMaskGenerator: [
        Example(lambda: MultiplicativeSplittingMaskGenerator((2, 8, 9), GaussianMaskGenerator((8, 9), 2.0)))
    ],
}


def test_both_masks_are_one(rng: torch.Generator) -> None:
    law = GaussianMaskGenerator((8, 32), 2.0)
    mask = law(3, rng)["mask"]
    split = MultiplicativeSplittingMaskGenerator((1, 8, 32), law).split(mask, torch.Generator().manual_seed(1))
    assert torch.equal(split, mask * law(3, torch.Generator().manual_seed(1))["mask"])
    assert 0 < split.sum() < mask.sum()
