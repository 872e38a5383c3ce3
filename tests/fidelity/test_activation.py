import pytest
import torch
from torch import nn

from preimage.errors import ArgumentError
from preimage.fidelity import Activation
from preimage.physics import FeatureMap
from tests.example import Example, encoder

EXAMPLES = {
    Activation: [Example(lambda: Activation(FeatureMap(encoder(), "2", noise=None), -1))],
}


def test_mean_response_and_gradient_by_hand(rng: torch.Generator) -> None:
    conv = nn.Conv2d(1, 2, 2, bias=False)
    features = FeatureMap(nn.Sequential(conv, nn.Tanh()), "0")
    x = torch.rand(2, 1, 3, 3, generator=rng)
    f = Activation(features, 1)
    torch.testing.assert_close(f(x), -conv(x)[:, 1].mean((1, 2)))
    # Each of the four positions sees the kernel once, and the middle pixel sees all of it.
    expected = torch.zeros(1, 1, 3, 3)
    for row in range(2):
        for column in range(2):
            expected[0, 0, row : row + 2, column : column + 2] -= conv.weight[1, 0].detach() / 4
    torch.testing.assert_close(f.grad(x), expected.expand(2, 1, 3, 3))


def test_a_unit_of_a_vector_and_the_last_one(rng: torch.Generator) -> None:
    network = nn.Sequential(nn.Flatten(), nn.Linear(4, 3))
    x = torch.rand(2, 1, 2, 2, generator=rng)
    features = FeatureMap(network, "1")
    torch.testing.assert_close(Activation(features, 0)(x), -network(x)[:, 0])
    torch.testing.assert_close(Activation(features, -1)(x), -network(x)[:, 2])
    for channel in (3, -4):
        with pytest.raises(ArgumentError, match=f"one of the 3 of layer '1', got {channel}"):
            Activation(features, channel)(x)
