import copy

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from preimage.denoisers import DnCNN
from preimage.errors import ArgumentError, ShapeError
from preimage.physics import FeatureMap, GaussianNoise
from tests.example import Example, encoder, random

EXAMPLES = {
    FeatureMap: [
        Example(lambda: FeatureMap(encoder(), "2", random(3), random(3, seed=1, low=0.5))),
        Example(
            lambda: FeatureMap(DnCNN(1, width=4, depth=3), "model.2", 0.5, arguments=(0.1,)),
            (2, 1, 6, 5),
        ),
    ],
}


class Bomb(nn.Module):
    """Must never run."""

    def forward(self, x: Tensor) -> Tensor:
        raise AssertionError("a layer after the one asked for was computed")


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Dropout(0.5), nn.ReLU(inplace=True))
        self.bomb = Bomb()
        self.unused = nn.Conv2d(4, 4, 1)
        self.pair = nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        try:
            y = self.stem(x)
        except Exception:  # must not catch our signal
            return x
        return self.bomb(y)


@pytest.fixture
def net() -> Net:
    torch.manual_seed(0)
    made = Net()
    for _ in range(3):  # batch statistics other than those of a new network
        made.stem(torch.rand(8, 3, 6, 6))
    return made


def state_of(network: nn.Module) -> list[object]:
    """Everything a call could change."""
    return [
        {name: tensor.clone() for name, tensor in network.state_dict().items()},
        [(p.requires_grad, p.grad) for p in network.parameters()],
        [
            (m.training, len(m._forward_hooks), len(m._forward_pre_hooks), len(m._backward_hooks))
            for m in network.modules()
        ],
    ]


def test_the_features_by_hand(net: Net, rng: torch.Generator) -> None:
    x = torch.rand(2, 3, 7, 6, generator=rng)
    mean, std = torch.tensor([0.1, 0.2, 0.3]), torch.tensor([1.0, 2.0, 0.5])
    seen = (x - mean[:, None, None]) / std[:, None, None]
    conv, norm = net.stem[0], net.stem[1]
    hidden = F.conv2d(seen, conv.weight, conv.bias)
    column = (slice(None), None, None)
    spread = (norm.running_var + norm.eps).sqrt()[column]
    expected = ((hidden - norm.running_mean[column]) / spread * norm.weight[column] + norm.bias[column]).relu()
    torch.testing.assert_close(FeatureMap(net, "stem", mean, std).A(x), expected)
    torch.testing.assert_close(FeatureMap(net, "stem.3", mean, std).A(x), expected)
    torch.testing.assert_close(FeatureMap(net, "stem.0", mean, std).A(x), hidden)


def test_the_network_of_the_user_is_left_alone(net: Net, rng: torch.Generator) -> None:
    assert net.training
    before = state_of(net)
    physics = FeatureMap(net, "stem")
    x = torch.rand(2, 3, 6, 6, generator=rng, requires_grad=True)
    original = x.detach().clone()
    physics.A(x).square().sum().backward()
    physics.vjp(x.detach(), physics.A(x.detach()))
    physics.to(torch.float64).replace(layer="stem.1", noise=GaussianNoise(0.1))(x.double(), rng)
    torch.testing.assert_close(state_of(net), before)
    assert torch.equal(x, original)
    assert all(p.grad is None for p in physics.network.parameters())
    # And what becomes of it later does not change the measurement.
    frozen = FeatureMap(net, "stem")
    expected = frozen.A(original)
    net.stem[0].weight.data.zero_()
    assert torch.equal(frozen.A(original), expected)


def test_hooks_of_the_user_run_and_ours_is_moved(net: Net, rng: torch.Generator) -> None:
    net.stem[0].register_forward_hook(lambda module, inputs, output: 2 * output)
    x = torch.rand(1, 3, 6, 6, generator=rng)
    first = FeatureMap(net, "stem.0")
    torch.testing.assert_close(first.A(x), 2 * F.conv2d(x, net.stem[0].weight, net.stem[0].bias))
    second = first.replace(layer="stem.1")
    assert [len(m._forward_hooks) for m in second.network.stem] == [1, 1, 0, 0]
    torch.testing.assert_close(second.A(x), copy.deepcopy(net).eval().stem[:2](x))


def test_evaluation_mode_survives_training_mode(net: Net, rng: torch.Generator) -> None:
    physics = FeatureMap(net, "stem")
    x = torch.rand(2, 3, 6, 6, generator=rng)
    expected = physics.A(x)
    torch.testing.assert_close(physics.train().A(x), expected)
    assert physics.training
    assert not physics.network.stem[1].training


def test_the_root_a_grey_image_and_further_arguments(rng: torch.Generator) -> None:
    network = DnCNN(1, width=4, depth=3)
    x = torch.rand(2, 1, 6, 6, generator=rng)
    torch.testing.assert_close(FeatureMap(network, "", arguments=(0.1,)).A(x), network(x, 0.1))
    colour = nn.Conv2d(3, 2, 1)
    seen = FeatureMap(colour, "", torch.zeros(3)).A(x)
    torch.testing.assert_close(seen, colour(x.expand(2, 3, 6, 6)))


def test_weight_normalisation_can_be_copied(rng: torch.Generator) -> None:
    with pytest.warns(FutureWarning, match="weight_norm"):
        layer = nn.utils.weight_norm(nn.Conv2d(1, 2, 3))
    x = torch.rand(1, 1, 5, 5, generator=rng)
    torch.testing.assert_close(FeatureMap(nn.Sequential(layer), "0").A(x.double()), layer.double()(x.double()))


def test_a_layer_that_is_called_twice_counts_once(rng: torch.Generator) -> None:
    layer = nn.Linear(4, 4)
    x = torch.rand(2, 1, 3, 4, generator=rng)
    torch.testing.assert_close(FeatureMap(nn.Sequential(layer, nn.Tanh(), layer), "2").A(x), layer(x))


def test_wrong_layers_are_named(net: Net) -> None:
    x = torch.zeros(2, 3, 6, 6)
    with pytest.raises(ArgumentError, match=r"`layer` must name a module of Net, got 'stm'; close ones: stem"):
        FeatureMap(net, "stm")
    with pytest.raises(ArgumentError, match=r"got 'classifier\.6'; there are stem, stem\.0.*, pair\."):
        FeatureMap(net, "classifier.6")
    with pytest.raises(ArgumentError, match="'0', which it does not reach"):
        FeatureMap(Skips(nn.Identity()), "0").A(x)
    with pytest.raises(ArgumentError, match="'1', which gives tuple"):
        FeatureMap(nn.Sequential(nn.Flatten(1, 2), nn.LSTM(6, 3)), "1").A(x)
    with pytest.raises(ShapeError, match=r"one row for each of 2 images, got shape \(1, 36, 6\)"):
        FeatureMap(nn.Sequential(nn.Flatten(0, 2), nn.Unflatten(0, (1, 36))), "").A(x)


class Skips(nn.Sequential):
    """Has layers that it does not use."""

    def forward(self, input: Tensor) -> Tensor:
        return input
