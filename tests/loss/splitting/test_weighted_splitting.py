import pytest
import torch

from preimage.errors import ArgumentError
from preimage.loss import SplittingLoss, WeightedSplittingLoss, mean_mask
from preimage.physics import GaussianNoise, Inpainting
from preimage.physics.generators import BernoulliSplittingMaskGenerator, GaussianMaskGenerator
from tests.example import SEEN, Example, random
from tests.loss.draws import DRAWS, Recorder, assert_mean, evaluated, mean_gap, smooth

P = torch.linspace(0.2, 1.0, 30).view(6, 5)
Q = torch.tensor(0.6)
MASKS = BernoulliSplittingMaskGenerator((1, 6, 5), 0.6)

EXAMPLES = {
    WeightedSplittingLoss: [
        Example(
            lambda: WeightedSplittingLoss(BernoulliSplittingMaskGenerator((3, 6, 5), 0.6), P, Q),
            physics=lambda: Inpainting(SEEN, GaussianNoise(0.1)),
        )
    ]
}

SIGMA = 0.3
X = random(1, 1, 6, 5, seed=1).double().expand(DRAWS, -1, -1, -1)


def measured() -> tuple[Inpainting, torch.Tensor]:
    rng = torch.Generator().manual_seed(2)
    mask = torch.rand(X.shape, generator=rng, dtype=torch.float64) < P
    return Inpainting(mask.double(), GaussianNoise(SIGMA)), torch.where(mask, GaussianNoise(SIGMA).sample(X, rng), 0)


def unseen(model: Recorder) -> torch.Tensor:
    return model.shown[0] == 0


@pytest.mark.parametrize("linear", [True, False])
def test_its_mean_is_the_risk_of_all_that_is_not_shown_and_the_noise(linear: bool) -> None:
    physics, y = measured()
    model = Recorder(smooth if linear else None)
    found = evaluated(WeightedSplittingLoss(MASKS, P, Q), y, physics, model)
    risk = (unseen(model) * (model.said[0] - X).square()).flatten(1).sum(1) / 30
    assert_mean(found - risk, SIGMA**2 * float((1 - P * Q).mean()))


def test_without_weights_it_is_another() -> None:
    physics, y = measured()
    model = Recorder(smooth)
    found = evaluated(SplittingLoss(MASKS), y, physics, model)
    count = unseen(model).flatten(1).sum(1)
    risk = (unseen(model) * (model.said[0] - X).square()).flatten(1).sum(1) / count
    assert abs(mean_gap(found - risk, SIGMA**2)) > 4


def test_what_is_always_shown_or_never_measured_does_not_count() -> None:
    chance, kept = torch.ones(6, 5), torch.zeros(6, 5)
    chance[0], kept[1] = 0.0, 1.0
    found = evaluated(
        WeightedSplittingLoss(BernoulliSplittingMaskGenerator((1, 6, 5), 0.0), chance, kept),
        torch.ones(2, 1, 6, 5),
        Inpainting(torch.ones(6, 5)),
        lambda y, physics: y,
    )
    torch.testing.assert_close(found, torch.full((2,), 20 / 30))


def test_chances_of_masks() -> None:
    found = mean_mask(MASKS, 2500, torch.Generator().manual_seed(0))
    assert found.shape == (1, 6, 5)
    assert (found - 0.6).abs().max() < 4 * 0.5 / 50
    columns = mean_mask(GaussianMaskGenerator((4, 8), 2.0), 250, torch.Generator().manual_seed(0))
    torch.testing.assert_close(columns.mean(), torch.tensor(0.5).double())
    assert columns[0, 0, 4] > columns[0, 0, 0]


def test_what_does_not_fit_is_told() -> None:
    with pytest.raises(ArgumentError, match=r"`kept` must be in \[0, 1\]"):
        WeightedSplittingLoss(MASKS, P, P + 1)
    with pytest.raises(ArgumentError, match="`draws` must be at least 1"):
        mean_mask(MASKS, 0)
