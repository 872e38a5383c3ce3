import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.physics.generators import Artifact2ArtifactSplittingMaskGenerator, Phase2PhaseSplittingMaskGenerator
from tests.example import Example

EXAMPLES = {
    Phase2PhaseSplittingMaskGenerator: [Example(lambda: Phase2PhaseSplittingMaskGenerator((2, 5, 3, 4)))],
    Artifact2ArtifactSplittingMaskGenerator: [Example(lambda: Artifact2ArtifactSplittingMaskGenerator((2, 6, 3, 4)))],
}


def test_every_other_frame_of_one_parity(rng: torch.Generator) -> None:
    masks = Phase2PhaseSplittingMaskGenerator((2, 5, 3, 4))(50, rng)["mask"]
    frames = masks[:, 0, :, 0, 0]
    assert torch.equal(masks, frames[:, None, :, None, None].expand_as(masks))
    assert {tuple(row) for row in frames.tolist()} == {(1, 0, 1, 0, 1), (0, 1, 0, 1, 0)}
    seen = torch.zeros(1, 2, 5, 3, 4)
    seen[..., 0, 0] = 1
    split = Phase2PhaseSplittingMaskGenerator((2, 5, 3, 4)).split(seen, rng)
    assert split[..., 1:].sum() == 0
    assert split.sum() in (4, 6)


def test_stretches_of_frames(rng: torch.Generator) -> None:
    frames = Artifact2ArtifactSplittingMaskGenerator((1, 6, 1, 1), 2)(60, rng)["mask"].flatten(1)
    assert {tuple(row) for row in frames.tolist()} == {(1, 1, 0, 0, 0, 0), (0, 0, 1, 1, 0, 0), (0, 0, 0, 0, 1, 1)}


def test_ranges() -> None:
    with pytest.raises(ArgumentError, match="`frames` must divide the 6 frames, got 4"):
        Artifact2ArtifactSplittingMaskGenerator((1, 6, 2, 2), 4)
    for kind in (Artifact2ArtifactSplittingMaskGenerator, Phase2PhaseSplittingMaskGenerator):
        with pytest.raises(ShapeError, match="`shape` must have 3 or more axes"):
            kind((6, 6))
