import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.loss import SplitAverage
from preimage.physics import Denoising, GaussianNoise, Inpainting
from preimage.physics.generators import BernoulliSplittingMaskGenerator
from preimage.testing.loss import SmallModel
from tests.example import SEEN, Example, random
from tests.loss.draws import Recorder

MASKS = BernoulliSplittingMaskGenerator((3, 6, 5), 0.6)

EXAMPLES = {
    SplitAverage: [
        Example(lambda: SplitAverage(SmallModel(), MASKS)),
        Example(lambda: SplitAverage(SmallModel(), MASKS, 2, 7), physics=lambda: Inpainting(SEEN, GaussianNoise(0.1))),
    ]
}


def test_it_is_the_mean_over_different_parts() -> None:
    y = random(2, 3, 6, 5)
    model = Recorder(lambda y, physics: physics.A_adjoint(y) ** 2)
    found = SplitAverage(model, MASKS, 4)(y, Denoising())
    torch.testing.assert_close(found, torch.stack(model.said).mean(0))
    seen = [(shown != 0) for shown in model.shown]
    assert all(torch.equal(shown, torch.where(mask, y, 0)) for shown, mask in zip(model.shown, seen, strict=True))
    assert len({tuple(mask[0, 0].flatten().tolist()) for mask in seen}) == 4
    assert all(torch.equal(mask[0], mask[1]) for mask in seen)
    for physics, mask in zip(model.physics, seen, strict=True):
        assert torch.equal(physics.A(torch.ones_like(y)), mask.float())


def test_the_seed_decides() -> None:
    y = random(2, 3, 6, 5)
    one, other = (SplitAverage(SmallModel(), MASKS, 2, seed)(y, Denoising()) for seed in (0, 1))
    assert not torch.allclose(one, other)


def test_what_does_not_fit_is_told() -> None:
    with pytest.raises(ArgumentError, match="`splits` must be at least 1"):
        SplitAverage(SmallModel(), MASKS, 0)
    with pytest.raises(ShapeError, match="one tensor for SplitAverage"):
        SplitAverage(SmallModel(), MASKS)((torch.zeros(1), torch.zeros(1)), Denoising())


def test_an_empty_batch_comes_back_empty() -> None:
    assert SplitAverage(SmallModel(), MASKS)(torch.zeros(0, 3, 6, 5), Denoising()).shape == (0, 3, 6, 5)
