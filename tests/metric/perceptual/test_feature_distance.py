import pytest
import torch
from torch import Tensor, nn

from preimage.errors import ArgumentError, ShapeError
from preimage.metric import FeatureDistance
from tests.example import Example
from tests.metric.waves import waves


class Two(nn.Module):
    """An image, and twice its rows' differences."""

    def forward(self, x: Tensor) -> list[Tensor]:
        return [x, 2 * x.diff(dim=2)]


EXAMPLES = {
    FeatureDistance: [
        Example(lambda: FeatureDistance(Two()), shape=(2, 1, 6, 7)),
        Example(lambda: FeatureDistance(Two(), (0.0, 3.0)), shape=(2, 3, 9, 8)),
    ]
}


def test_the_definition() -> None:
    x_hat, x = waves(3, 9, 8)
    shares = [(a - b).abs().mean() / b.abs().mean() for a, b in ((x_hat, x), (x_hat.diff(dim=2), x.diff(dim=2)))]
    assert FeatureDistance(Two())(x_hat, x).tolist() == pytest.approx([float(sum(shares)) / 2], rel=1e-6)
    assert FeatureDistance(Two(), (1.0, 4.0))(x_hat, x).tolist() == pytest.approx(
        [float(shares[0] + 4 * shares[1])], rel=1e-6
    )


def test_an_image_without_features_gives_a_finite_distance() -> None:
    x = torch.zeros(1, 1, 4, 4)
    assert float(FeatureDistance(Two())(x, x)) == 0
    assert bool(FeatureDistance(Two())(x + 1, x).isfinite().all())


def test_wrong_input_is_refused() -> None:
    x = torch.rand(1, 1, 4, 4)
    with pytest.raises(ArgumentError, match="one for each of the 2 maps of `features`, got 3"):
        FeatureDistance(Two(), (1.0, 1.0, 1.0))(x, x)
    with pytest.raises(ShapeError, match="shape of `x`"):
        FeatureDistance(Two())(x, x[..., :3])
