import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics.generators import GaussianBlurGenerator, GeneratorMixture, MotionBlurGenerator, SigmaGenerator
from tests.example import Example

EXAMPLES = {
    GeneratorMixture: [Example(lambda: GeneratorMixture([GaussianBlurGenerator(9), MotionBlurGenerator(9)], (1, 2)))],
}


def test_shares_are_the_weights(rng: torch.Generator) -> None:
    mixture = GeneratorMixture([SigmaGenerator(0, 0.1), SigmaGenerator(1, 2), SigmaGenerator(3, 4)], (1, 0, 3))
    sigma = mixture(2000, rng)["sigma"]
    assert not ((sigma > 0.1) & (sigma < 3)).any()
    assert (sigma > 2).float().mean().item() == pytest.approx(0.75, abs=0.04)


def test_weights_must_fit() -> None:
    with pytest.raises(ArgumentError, match="`weights` must be one number >= 0 for each of 1 generators"):
        GeneratorMixture([GaussianBlurGenerator(9)], (1, 2))
