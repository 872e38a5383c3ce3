import pytest
import torch

from preimage.simulate import sample_picture
from preimage.simulate.builders.spectral import build_spectral_snapshot

X = sample_picture(6, 8)[None]


@pytest.mark.parametrize(("dispersers", "width"), [(1, 8 + 2 * 2), (2, 8)])
def test_the_channels_are_the_colours(dispersers: int, width: int) -> None:
    made = build_spectral_snapshot(X, {"dispersers": dispersers, "step": 2}, torch.Generator().manual_seed(0))
    assert made.physics.A(X).shape == (1, 1, 6, width)
    mask = made.physics.fields()["mask"]
    assert set(mask.flatten().tolist()) == {0.0, 1.0}
    first = X.clone()
    first[:, 1:] = 0
    torch.testing.assert_close(made.physics.A(first)[..., :8], mask[..., :8] * X[:, :1])
