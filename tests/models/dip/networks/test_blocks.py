import torch
from torch import nn
from torch.nn.functional import conv2d, leaky_relu, pad

from preimage.models.dip.networks.blocks import NormalizedResidualBlock, conv_norm, image_norm

X = torch.randn(1, 3, 6, 5, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def normalised(x: torch.Tensor) -> torch.Tensor:
    variance, mean = torch.var_mean(x, (2, 3), correction=0, keepdim=True)
    return (x - mean) / (variance + 1e-5).sqrt()


def test_each_channel_is_normalised_by_the_image_itself() -> None:
    norm = image_norm(3).double()
    torch.testing.assert_close(norm(X), normalised(X))
    torch.testing.assert_close(norm.eval()(3 * X + 1), normalised(3 * X))


def test_borders_are_reflected() -> None:
    layer = conv_norm(3, 2).double()
    wide = pad(X, (1, 1, 1, 1), mode="reflect")
    torch.testing.assert_close(layer(X), normalised(conv2d(wide, layer[0].weight, layer[0].bias)))


def test_the_shortcut_is_the_identity_where_it_can_be() -> None:
    same, other = NormalizedResidualBlock(3, 3).double(), NormalizedResidualBlock(3, 2).double()
    assert isinstance(same.shortcut, nn.Identity)
    first, _, second = same.res
    torch.testing.assert_close(same(X), X + second(leaky_relu(first(X), 0.2)))
    torch.testing.assert_close(other(X) - other.res(X), conv2d(X, other.shortcut.weight, other.shortcut.bias))
