import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.loss import Artifact2ArtifactLoss, Phase2PhaseLoss
from preimage.physics import Denoising, GaussianNoise
from tests.example import Example, random
from tests.loss.draws import DRAWS, Recorder, assert_mean, evaluated

SHAPE = (1, 4, 3, 2)

EXAMPLES = {
    Phase2PhaseLoss: [
        Example(lambda: Phase2PhaseLoss(SHAPE), shape=(2, *SHAPE), physics=lambda: Denoising(GaussianNoise(0.1)))
    ],
    Artifact2ArtifactLoss: [Example(lambda: Artifact2ArtifactLoss(SHAPE, 2), shape=(2, *SHAPE), physics=Denoising)],
}


@pytest.mark.parametrize("loss", [Phase2PhaseLoss(SHAPE), Artifact2ArtifactLoss(SHAPE)])
def test_half_of_the_frames_are_judged_by_the_others(loss: Phase2PhaseLoss) -> None:
    x = random(1, *SHAPE, seed=1).double().expand(DRAWS, -1, -1, -1, -1)
    y = GaussianNoise(0.3).sample(x, torch.Generator().manual_seed(1))
    model = Recorder(lambda y, physics: torch.tanh(y + y.roll(1, 2) + y.roll(2, 2)))
    found = evaluated(loss, y, Denoising(), model)
    held = model.shown[0] == 0
    frames = held[:, 0, :, 0, 0]
    assert held.float().mean() == 0.5
    assert len({tuple(row) for row in frames.tolist()}) == 2
    risk = (held * (model.said[0] - x).square()).flatten(1).sum(1) / held.flatten(1).sum(1)
    assert_mean(found - risk, 0.3**2)


def test_which_frames_are_shown() -> None:
    y = random(50, *SHAPE)
    for loss, pairs in ((Phase2PhaseLoss(SHAPE), ([0, 2], [1, 3])), (Artifact2ArtifactLoss(SHAPE), ([0, 1], [2, 3]))):
        model = Recorder(lambda y, physics: y)
        evaluated(loss, y, Denoising(), model)
        found = {tuple(row.nonzero()[:, 0].tolist()) for row in model.shown[0][:, 0, :, 0, 0] != 0}
        assert found == {tuple(pair) for pair in pairs}


def test_what_does_not_fit_is_told() -> None:
    with pytest.raises(ArgumentError, match="`frames` must divide"):
        Artifact2ArtifactLoss(SHAPE, 3)
    with pytest.raises(ShapeError, match="`mask` must have shape"):
        evaluated(Phase2PhaseLoss(SHAPE), random(1, 1, 6, 3, 2), Denoising(), lambda y, physics: y)
