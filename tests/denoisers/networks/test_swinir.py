from pathlib import Path

import pytest
import torch

from preimage import zoo
from preimage.denoisers import SwinIR
from preimage.errors import ArgumentError
from tests.denoisers.networks.counts import loads_what_it_saves, names, parameters
from tests.example import Example


def tiny(channels: int = 1, peak: float = 1.0) -> SwinIR:
    torch.manual_seed(0)
    return SwinIR(channels, 8, (2,), (2,), 4, peak)


EXAMPLES = {SwinIR: [Example(tiny, (2, 1, 9, 11)), Example(lambda: tiny(3, 255.0), (2, 3, 8, 5))]}


def test_it_has_as_many_parameters_as_its_layers() -> None:
    """The publication gives 11.5 million; the numbers are counted by hand from the layers."""
    width, heads = 180, 6
    layer = 4 * width + width * 3 * width + 3 * width + width * width + width
    layer += 15**2 * heads + width * 2 * width + 2 * width + 2 * width * width + width
    conv = 9 * width * width + width
    for channels in (1, 3):
        ends = 9 * channels * width + width + 9 * width * channels + channels
        assert parameters(lambda c=channels: SwinIR(c)) == 6 * (6 * layer + conv) + conv + 4 * width + ends
    assert round(parameters(SwinIR) / 1e6, 1) == 11.5


def test_layers_have_the_published_names(tmp_path: Path) -> None:
    found = names(SwinIR)
    for name in (
        "conv_first.weight", "patch_embed.norm.bias", "layers.5.residual_group.blocks.5.norm1.weight",
        "layers.0.residual_group.blocks.0.attn.relative_position_bias_table",
        "layers.0.residual_group.blocks.1.norm2.bias",
        "layers.0.residual_group.blocks.0.attn.qkv.bias", "layers.0.residual_group.blocks.0.attn.proj.weight",
        "layers.0.residual_group.blocks.0.mlp.fc1.weight", "layers.0.residual_group.blocks.0.mlp.fc2.bias",
        "layers.0.conv.weight", "norm.weight", "conv_after_body.bias", "conv_last.weight",
    ):  # fmt: skip
        assert name in found
    loads_what_it_saves(tiny, tmp_path)


def test_published_files_keep_weights_below_a_name_and_constants_beside_them(tmp_path: Path) -> None:
    first, second = tiny(), tiny()
    torch.nn.init.ones_(first.conv_last.weight)
    state = {
        **first.state_dict(),
        "layers.0.residual_group.blocks.0.attn.relative_position_index": torch.zeros(16, 16),
        "layers.0.residual_group.blocks.1.attn_mask": torch.zeros(4, 16, 16),
    }
    torch.save({"params": tiny().state_dict(), "params_ema": state}, tmp_path / "a.pth")
    assert bool((zoo.load_file(tmp_path / "a.pth", second).conv_last.weight == 1).all())


def test_what_is_refused() -> None:
    for wrong in ({"heads": (6, 6)}, {"width": 32}, {"depths": (), "heads": ()}):
        with pytest.raises(ArgumentError, match="`heads` must divide"):
            SwinIR(**wrong)
    with pytest.raises(ArgumentError, match="`window` must"):
        SwinIR(window=0)
