from pathlib import Path

import pytest
import torch

from preimage.denoisers import NAFNet
from preimage.errors import ArgumentError
from tests.denoisers.networks.counts import loads_what_it_saves, names, parameters
from tests.example import Example


def tiny(channels: int = 3) -> NAFNet:
    torch.manual_seed(0)
    network = NAFNet(channels, 4, (1, 2), 1, (1, 1))
    for name, parameter in network.named_parameters():
        if name.endswith(("beta", "gamma")):  # they are zero at first, and with them the blocks
            torch.nn.init.normal_(parameter)
    return network


EXAMPLES = {NAFNet: [Example(tiny, (2, 3, 9, 11)), Example(lambda: tiny(1), (2, 1, 1, 2))]}


def test_it_has_the_published_size() -> None:
    """115.98 million at width 64 (the publication's table of deblurring has 28 encoder and 8 decoder blocks there)."""
    assert parameters(lambda: NAFNet(width=32)) == 29_159_715  # counted here; not checked against a published number
    assert parameters(lambda: NAFNet(width=64)) == 115_982_915


def test_layers_have_the_published_names(tmp_path: Path) -> None:
    found = names(NAFNet)
    for name in (
        "intro.weight", "encoders.3.7.conv1.bias", "encoders.0.0.norm1.weight", "encoders.0.0.sca.1.weight",
        "encoders.0.0.beta", "downs.3.weight", "middle_blks.11.conv5.weight", "ups.0.0.weight", "decoders.3.1.gamma",
        "ending.bias",
    ):  # fmt: skip
        assert name in found
    loads_what_it_saves(tiny, tmp_path)


def test_one_block_by_hand() -> None:
    """The formulas of the publication, equation by equation, for one block without a scale."""
    torch.manual_seed(1)
    net = NAFNet(1, 2, (), 1, ()).double()
    (block,) = net.middle_blks
    torch.nn.init.normal_(block.beta)
    torch.nn.init.normal_(block.gamma)
    x = torch.rand(1, 1, 5, 6, dtype=torch.float64)

    def norm(layer: torch.nn.Module, z: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.layer_norm(z.permute(0, 2, 3, 1), (2,), layer.weight, layer.bias, 1e-6).permute(
            0, 3, 1, 2
        )

    z = net.intro(x)
    wide = block.conv2(block.conv1(norm(block.norm1, z)))
    gated = wide[:, :2] * wide[:, 2:]
    z = z + block.beta * block.conv3(gated * block.sca[1](gated.mean((2, 3), keepdim=True)))
    wide = block.conv4(norm(block.norm2, z))
    z = z + block.gamma * block.conv5(wide[:, :2] * wide[:, 2:])
    torch.testing.assert_close(net(x, 0.1), x + net.ending(z))


def test_scales_must_match() -> None:
    with pytest.raises(ArgumentError, match="as many scales"):
        NAFNet(down=(1, 1), up=(1,))
