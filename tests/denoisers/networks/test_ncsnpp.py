import math
from itertools import pairwise
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from preimage import zoo
from preimage.denoisers import NCSNpp
from preimage.errors import ArgumentError
from tests.denoisers.networks.counts import loads_what_it_saves, names, parameters
from tests.example import Example

VARIANTS = ("ncsnpp", "ddpmpp")


def tiny(channels: int = 1, variant: str = "ncsnpp") -> NCSNpp:
    torch.manual_seed(0)
    network = NCSNpp(channels, 32, 4, (1, 2), 1, variant)
    for parameter in network.parameters():
        nn.init.normal_(parameter, std=0.2)  # the ends of branches are nearly zero at first
    return network


EXAMPLES = {
    NCSNpp: [
        Example(lambda: tiny(3), (2, 3, 5, 7)),
        Example(lambda: tiny(1, "ddpmpp"), (2, 1, 1, 2)),
    ]
}


def expected(multiples: tuple[int, ...], blocks: int, attended: int, residual: bool) -> int:
    """The numbers of the publication's layers, summed; ``attended`` is the scale with attention."""

    def conv(a: int, b: int, side: int = 3) -> int:
        return side * side * a * b + b

    def block(a: int, b: int, changed: bool = False, attention: bool = False) -> int:
        count = 2 * a + conv(a, b) + 512 * b + b + 2 * b + conv(b, b)
        count += conv(a, b, 1) if changed or a != b else 0
        return count + (2 * b + conv(b, 3 * b, 1) + conv(b, b, 1) if attention else 0)

    waves = 256 if residual else 128
    total = waves * 512 + 512 + 512 * 512 + 512 + conv(3, 128) + 2 * 128 * multiples[0] + conv(128 * multiples[0], 3)
    widths = [128 * m for m in multiples]
    handed = [[128, *[widths[0]] * blocks]] + [[a, *[b] * blocks] for a, b in pairwise(widths)]
    for scale, channels in enumerate(handed):
        total += sum(block(a, b, attention=scale == attended) for a, b in pairwise(channels))
        if scale:
            inner, before = channels[0], 3 if scale == 1 else handed[scale - 1][0]
            total += block(inner, inner, changed=True) + (conv(before, inner) if residual else 0)
    inner = widths[-1]
    total += block(inner, inner, attention=True) + block(inner, inner)
    for scale in reversed(range(len(widths))):
        total += block(inner, inner, changed=True) if scale < len(widths) - 1 else 0
        for number, skip in enumerate(reversed(handed[scale])):
            total += block(inner + skip, widths[scale], attention=scale == attended and number == blocks)
            inner = widths[scale]
    return total


def test_it_has_the_size_of_its_definition() -> None:
    """Counted here from the layers, not checked against a published total."""
    small, large = (2, 2, 2), (1, 2, 2, 2)
    assert expected(small, 4, 1, residual=False) == 55_732_739
    assert expected(large, 4, 2, residual=True) == 62_758_787
    for variant in VARIANTS:
        residual = variant == "ncsnpp"
        assert parameters(lambda v=variant: NCSNpp(variant=v)) == expected(small, 4, 1, residual)
        assert parameters(lambda v=variant: NCSNpp(3, 64, 128, large, 4, v)) == expected(large, 4, 2, residual)


def test_blocks_have_the_sizes_that_the_published_code_prints() -> None:
    """From a log of a training of DDPM++ by that code, in a public repository."""
    with torch.device("meta"):
        network = NCSNpp(3, 32, 128, (1, 2, 2, 2), 4, "ddpmpp")
    printed = {
        "map_layer0": 66_048, "map_layer1": 262_656, "enc.4x4_down": 1_378_304, "enc.4x4_block0": 1_312_512,
        "dec.4x4_in0": 1_576_192, "dec.4x4_in1": 1_312_512, "dec.4x4_block4": 2_034_176, "dec.8x8_up": 1_378_304,
        "dec.32x32_aux_norm": 256,
    }  # fmt: skip
    for name, count in printed.items():
        assert sum(p.numel() for p in network.get_submodule(name).parameters()) == count, name


def test_layers_have_the_published_names(tmp_path: Path) -> None:
    found = names(NCSNpp)
    for name in (
        "map_noise.freqs", "map_layer0.weight", "map_layer1.bias", "enc.32x32_conv.weight",
        "enc.32x32_block3.affine.weight", "enc.16x16_down.conv0.resample_filter", "enc.16x16_down.skip.weight",
        "enc.16x16_aux_residual.bias", "enc.16x16_block0.qkv.weight", "enc.8x8_block3.norm1.bias",
        "dec.8x8_in0.proj.weight", "dec.8x8_in1.conv1.weight", "dec.16x16_up.skip.resample_filter",
        "dec.16x16_block4.norm2.weight", "dec.32x32_block0.skip.bias", "dec.32x32_aux_norm.weight",
        "dec.32x32_aux_conv.bias",
    ):  # fmt: skip
        assert name in found, name
    assert "dec.16x16_block3.qkv.weight" not in found
    assert "map_noise.freqs" not in names(lambda: NCSNpp(variant="ddpmpp"))
    loads_what_it_saves(tiny, tmp_path)


def test_a_file_of_the_published_form_is_read(tmp_path: Path) -> None:
    first = tiny()
    published = {f"model.{name}": value for name, value in first.state_dict().items()}
    torch.save({**published, "model.map_augment.weight": torch.zeros(8, 9)}, tmp_path / "a.pt")
    loaded = zoo.load_file(tmp_path / "a.pt", NCSNpp(1, 32, 4, (1, 2), 1))
    assert all(torch.equal(value, first.state_dict()[name]) for name, value in loaded.state_dict().items())


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_network_by_hand(variant: str, rng: torch.Generator) -> None:
    """Two scales of 4 and 8 channels, with the preconditioning; the blocks have tests of their own."""
    net = tiny(1, variant).double()
    x = torch.rand(2, 1, 6, 4, generator=rng, dtype=torch.float64)
    sigma = torch.tensor([0.05, 3.0], dtype=torch.float64)
    s = 2 * sigma[:, None, None, None]
    z = (2 * x - 1) / (s.square() + 0.25).sqrt()
    time = F.silu(net.map_layer1(F.silu(net.map_layer0(net.map_noise((2 * sigma).log() / 4)))))
    enc, dec = dict(net.enc.items()), dict(net.dec.items())
    first = enc["32x32_conv"](z)
    second = enc["32x32_block0"](first, time)
    third = enc["16x16_down"](second, time)
    if variant == "ncsnpp":
        third = (third + enc["16x16_aux_residual"](z)) / math.sqrt(2)
    fourth = enc["16x16_block0"](third, time)
    y = dec["16x16_in1"](dec["16x16_in0"](fourth, time), time)

    def joined(name: str, seen: Tensor, kept: Tensor) -> Tensor:
        return dec[name](torch.cat([seen, kept], 1), time)

    y = joined("16x16_block1", joined("16x16_block0", y, fourth), third)
    y = joined("32x32_block1", joined("32x32_block0", dec["32x32_up"](y, time), second), first)
    y = dec["32x32_aux_conv"](F.silu(dec["32x32_aux_norm"](y)))
    denoised = 0.25 / (s.square() + 0.25) * (2 * x - 1) + s * 0.5 / (s.square() + 0.25).sqrt() * y
    torch.testing.assert_close(net(x, sigma), (denoised + 1) / 2)


def test_before_it_is_trained_it_shrinks_towards_grey(rng: torch.Generator) -> None:
    """``F`` is next to nothing, so that what remains is Wiener's filter of pixels of variance 1/16."""
    x, net = torch.rand(2, 1, 4, 4, generator=rng), NCSNpp(1, 32, 4, (1, 2), 1)
    share = 0.0625 / (0.0625 + torch.tensor([0.01, 4.0]).square())
    wanted = 0.5 + share[:, None, None, None] * (x - 0.5)
    torch.testing.assert_close(net(x, torch.tensor([0.01, 4.0])), wanted, atol=1e-3, rtol=0)
    torch.testing.assert_close(net(x, 0.0), x)


def test_what_is_refused() -> None:
    with pytest.raises(ArgumentError, match="`variant` must"):
        NCSNpp(variant="adm")
    with pytest.raises(ArgumentError, match="`multiples` must"):
        NCSNpp(multiples=())
    with pytest.raises(ArgumentError, match="and `size` be a multiple of 2"):
        NCSNpp(size=30)
    with pytest.raises(ArgumentError, match="`width`"):
        NCSNpp(width=6)
