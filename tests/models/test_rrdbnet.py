from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from preimage.errors import ArgumentError
from preimage.models import RRDBNet
from preimage.physics import Downsampling
from tests.denoisers.networks.counts import loads_what_it_saves, names, parameters
from tests.example import Example, kernel


def tiny(factor: int = 2) -> RRDBNet:
    torch.manual_seed(0)
    return RRDBNet(3, factor, 4, 1, 2)


EXAMPLES = {RRDBNet: [Example(tiny, (2, 3, 6, 8), physics=lambda: Downsampling(kernel(3, 3), 2))]}


def test_it_has_the_published_size() -> None:
    assert parameters(RRDBNet) == 16_697_987
    assert parameters(lambda: RRDBNet(factor=2)) == 16_661_059  # one convolution less; not checked against a file


def test_layers_have_the_published_names(tmp_path: Path) -> None:
    found = names(RRDBNet)
    for name in (
        "conv_first.weight", "RRDB_trunk.22.RDB3.conv5.bias", "RRDB_trunk.0.RDB1.conv1.weight", "trunk_conv.weight",
        "upconv1.weight", "upconv2.bias", "HRconv.weight", "conv_last.bias",
    ):  # fmt: skip
        assert name in found
    assert "upconv2.bias" not in names(lambda: RRDBNet(factor=2))
    loads_what_it_saves(tiny, tmp_path)


@pytest.mark.parametrize("factor", [1, 2, 4])
def test_the_network_by_hand(factor: int) -> None:
    net = tiny(factor).double()
    y = torch.rand(2, 3, 5, 4, dtype=torch.float64)

    def dense(block: torch.nn.Module, x: torch.Tensor) -> torch.Tensor:
        seen = [x]
        for number in range(1, 5):
            seen.append(F.leaky_relu(block.get_submodule(f"conv{number}")(torch.cat(seen, 1)), 0.2))
        return x + 0.2 * block.get_submodule("conv5")(torch.cat(seen, 1))

    start = net.conv_first(y)
    (block,) = net.RRDB_trunk
    inside = dense(block.RDB3, dense(block.RDB2, dense(block.RDB1, start)))
    features = start + net.trunk_conv(start + 0.2 * inside)
    for number in range(1, factor.bit_length()):
        larger = features.repeat_interleave(2, -1).repeat_interleave(2, -2)
        features = F.leaky_relu(net.get_submodule(f"upconv{number}")(larger), 0.2)
    wanted = net.conv_last(F.leaky_relu(net.HRconv(features), 0.2))
    torch.testing.assert_close(net(y), wanted)
    assert wanted.shape == (2, 3, 5 * factor, 4 * factor)


def test_what_is_refused() -> None:
    with pytest.raises(ArgumentError, match="`factor` must"):
        RRDBNet(factor=3)
    with pytest.raises(ArgumentError, match="`width` must"):
        RRDBNet(width=0)
