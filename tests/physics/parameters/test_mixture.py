import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics.generators import (
    GainGenerator,
    GaussianBlurGenerator,
    GeneratorMixture,
    MotionBlurGenerator,
    SigmaGenerator,
)
from tests.example import Example

EXAMPLES = {
    GeneratorMixture: [
        Example(lambda: GeneratorMixture([GaussianBlurGenerator(9), MotionBlurGenerator(9)], (1, 2))),
        Example(lambda: GeneratorMixture([GaussianBlurGenerator(9), GaussianBlurGenerator(9, isotropic=True)])),
    ],
}


def test_shares_are_the_weights(rng: torch.Generator) -> None:
    mixture = GeneratorMixture([SigmaGenerator(0, 0.1), SigmaGenerator(1, 2), SigmaGenerator(3, 4)], (1, 0, 3))
    sigma = mixture(2000, rng)["sigma"]
    assert not ((sigma > 0.1) & (sigma < 3)).any()
    assert (sigma > 2).float().mean().item() == pytest.approx(0.75, abs=0.04)


def test_within_a_part_values_have_its_law(rng: torch.Generator) -> None:
    sigma = GeneratorMixture([SigmaGenerator(0, 1), SigmaGenerator(3, 5)])(4000, rng)["sigma"]
    assert sigma[sigma < 2].mean().item() == pytest.approx(0.5, abs=0.03)
    assert sigma[sigma > 2].mean().item() == pytest.approx(4, abs=0.06)
    assert (sigma > 2).float().mean().item() == pytest.approx(0.5, abs=0.04)


def test_mixtures_of_mixtures_and_one_draw(rng: torch.Generator) -> None:
    inner = GeneratorMixture([SigmaGenerator(0, 1), SigmaGenerator(3, 4)])
    outer = GeneratorMixture([inner, SigmaGenerator(8, 9)])
    assert outer.numbers == 3
    assert set(outer(400, rng)["sigma"].int().tolist()) == {0, 3, 8}
    seeds = [torch.Generator().manual_seed(2) for _ in range(2)]
    assert outer.draw(seeds[0])["sigma"] == outer(1, seeds[1], torch.float64)["sigma"][0]
    blurs = GeneratorMixture([GaussianBlurGenerator(9), MotionBlurGenerator(9)])
    assert blurs.numbers is None
    assert blurs.draw(rng)["kernel"].shape == (1, 9, 9)


def test_each_image_has_the_parameters_that_its_own_numbers_make() -> None:
    mixture = GeneratorMixture([SigmaGenerator(0, 1), SigmaGenerator(4, 5), SigmaGenerator(6, 7)], (1, 0, 2))
    u = torch.tensor([[0.9, 0.25], [0.1, 0.5], [0.2, 0.75], [0.5, 0.125]], dtype=torch.float64)
    assert mixture.from_uniforms(u)["sigma"].tolist() == [6.25, 0.5, 0.75, 6.125]
    blurs = GeneratorMixture([MotionBlurGenerator(9), MotionBlurGenerator(9, 0.3)])
    first, again = (blurs(count, torch.Generator().manual_seed(3))["kernel"] for count in (3, 7))
    assert torch.equal(first, again[:3])


def test_weights_must_fit() -> None:
    with pytest.raises(ArgumentError, match="`weights` must be one number >= 0 for each of 1 generators"):
        GeneratorMixture([GaussianBlurGenerator(9)], (1, 2))


def test_parts_must_have_the_same_parameters() -> None:
    with pytest.raises(ArgumentError, match="`generators` must have the same parameters"):
        GeneratorMixture([GainGenerator(), SigmaGenerator()])(50)
