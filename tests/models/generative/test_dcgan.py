from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from preimage.errors import ArgumentError, ShapeError
from preimage.models import DCGANGenerator
from tests.denoisers.networks.counts import loads_what_it_saves, names, parameters


def tiny() -> DCGANGenerator:
    torch.manual_seed(0)
    net = DCGANGenerator(2, 16, 3, 2)
    for name, value in net.state_dict().items():
        if value.is_floating_point():
            nn.init.uniform_(value, 0.1, 1) if "var" in name else nn.init.normal_(value, std=0.5)
    return net


def test_it_has_the_size_of_the_common_checkpoints() -> None:
    """3,576,704: what many public pages tell of the generator of PyTorch's example."""
    assert parameters(DCGANGenerator) == 3_576_704


def test_layers_have_the_published_names(tmp_path: Path) -> None:
    found = names(DCGANGenerator)
    kept = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
    assert found == {f"main.{i}.weight" for i in (0, 3, 6, 9, 12)} | {
        f"main.{i}.{k}" for i in (1, 4, 7, 10) for k in kept
    }
    loads_what_it_saves(tiny, tmp_path)


def test_the_network_by_hand(rng: torch.Generator) -> None:
    net = tiny().eval().double()
    z = torch.randn(2, 3, generator=rng, dtype=torch.float64)
    first, norm, _, second, other, _, third, _ = net.main
    x = torch.einsum("bz,zchw->bchw", z, first.weight)

    def normal(layer: nn.Module, x: torch.Tensor) -> torch.Tensor:
        mean, var, weight, bias = (
            getattr(layer, name)[:, None, None] for name in ("running_mean", "running_var", "weight", "bias")
        )
        return F.relu((x - mean) / (var + 1e-5).sqrt() * weight + bias)

    x = F.conv_transpose2d(normal(norm, x), second.weight, stride=2, padding=1)
    x = F.conv_transpose2d(normal(other, x), third.weight, stride=2, padding=1)
    torch.testing.assert_close(net(z), (2 * x).sigmoid())
    torch.testing.assert_close(net(z[:, :, None, None]), net(z))
    assert net(z).shape == (2, 2, 16, 16)


def test_images_are_independent_once_it_is_trained(rng: torch.Generator) -> None:
    net, z = tiny().eval(), torch.randn(3, 3, generator=rng)
    torch.testing.assert_close(net(z)[1:2], net(z[1:2]))
    assert net(z[:0]).shape == (0, 2, 16, 16)
    assert net.replace()(z).equal(net(z))


def test_what_is_refused() -> None:
    with pytest.raises(ArgumentError, match="`size` must be 8"):
        DCGANGenerator(size=48)
    with pytest.raises(ArgumentError, match="`latent`"):
        DCGANGenerator(latent=0)
    with pytest.raises(ShapeError, match=r"`z` must be \(B, 3\)"):
        tiny()(torch.zeros(2, 4))
