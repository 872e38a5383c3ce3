import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import GaussianNoise, VideoSnapshot
from tests.example import Example, random

EXAMPLES = {
    VideoSnapshot: [
        Example(
            lambda: VideoSnapshot((random(3, 4, 5) > 0.5).float(), GaussianNoise(0.1)), (2, 1, 3, 4, 5), complex=True
        ),
        Example(lambda: VideoSnapshot(random(2, 2, 3, 3, 2)), (2, 2, 3, 3, 2)),
        Example(lambda: VideoSnapshot(random(1, 1, 2, 3, 2)), (3, 2, 2, 3, 2)),
    ],
}


def test_a_snapshot_by_hand() -> None:
    x = torch.tensor([1.0, 2.0, 3.0, 4.0]).reshape(1, 1, 2, 1, 2)
    physics = VideoSnapshot(torch.tensor([[[1.0, 0.0]], [[1.0, 0.5]]]))
    assert physics.A(x).flatten().tolist() == [4.0, 2.0]
    # The first pixel shares its 4 among both frames; the second has seen the second frame only.
    assert physics.A_dagger(physics.A(x)).flatten().tolist() == [2.0, 0.0, 2.0, 4.0]


def test_what_no_frame_passes_is_not_seen() -> None:
    physics = VideoSnapshot(torch.tensor([[[1.0, 0.0]], [[1.0, 0.0]]]))
    assert physics.seen(torch.zeros(1, 1, 1, 2)).flatten().tolist() == [True, False]


def test_random_masks_have_their_density(rng: torch.Generator) -> None:
    physics = VideoSnapshot.random((8, 64, 64), 0.25, rng)
    assert float(physics.masks.mean()) == pytest.approx(0.25, abs=0.01)
    assert set(physics.masks.unique().tolist()) == {0.0, 1.0}
    with pytest.raises(ArgumentError, match="`density` must be in"):
        VideoSnapshot.random((8, 4, 4), 0.0)


def test_gradients_reach_the_masks(rng: torch.Generator) -> None:
    x = torch.randn(2, 1, 3, 4, 2, generator=rng, dtype=torch.float64)
    masks = torch.rand(3, 4, 2, generator=rng, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda m: VideoSnapshot(m).A(x), (masks,))


def test_shapes_are_checked() -> None:
    with pytest.raises(ShapeError, match="`masks` must be real"):
        VideoSnapshot(torch.ones(4, 4))
    with pytest.raises(ShapeError, match="`x` must have shape"):
        VideoSnapshot(torch.ones(2, 4, 4)).A(torch.ones(1, 1, 3, 4, 4))
