from pathlib import Path

import pytest
import torch

from preimage.denoisers import Restormer
from preimage.denoisers.networks.restormer import _ChannelAttention
from preimage.errors import ArgumentError
from tests.denoisers.networks.counts import loads_what_it_saves, names, parameters
from tests.example import Example


def tiny(channels: int = 3, norm_bias: bool = False) -> Restormer:
    torch.manual_seed(0)
    return Restormer(channels, 4, (1, 1, 1, 1, 1), (1, 2, 2, 4), norm_bias)


EXAMPLES = {
    Restormer: [Example(tiny, (2, 3, 17, 19)), Example(lambda: tiny(1, True), (2, 1, 9, 11))],
}


def test_it_has_the_published_size() -> None:
    """26.13 million (the publication); the last two are counted here and not checked against published numbers."""
    assert parameters(lambda: Restormer(norm_bias=True)) == 26_126_644
    assert parameters(Restormer) == 26_111_668
    assert parameters(lambda: Restormer(1)) == 26_109_076


def test_layers_have_the_published_names(tmp_path: Path) -> None:
    found = names(Restormer)
    for name in (
        "patch_embed.proj.weight", "encoder_level1.3.norm1.body.weight", "encoder_level2.5.attn.temperature",
        "encoder_level1.0.attn.qkv_dwconv.weight", "encoder_level1.0.ffn.project_in.weight", "down1_2.body.0.weight",
        "latent.7.ffn.dwconv.weight", "up4_3.body.0.weight", "reduce_chan_level3.weight",
        "decoder_level1.0.attn.qkv.weight",
        "refinement.3.attn.project_out.weight", "output.weight",
    ):  # fmt: skip
        assert name in found
    assert "encoder_level1.3.norm1.body.bias" not in found
    assert "encoder_level1.3.norm1.body.bias" in names(lambda: Restormer(norm_bias=True))
    loads_what_it_saves(tiny, tmp_path)


def test_attention_compares_channels() -> None:
    """Cosines of channels over all pixels, times the temperature, weigh the values."""
    torch.manual_seed(1)
    layer = _ChannelAttention(4, 2).double()
    torch.nn.init.uniform_(layer.temperature, 0.5, 2)
    x = torch.randn(1, 4, 5, 6, dtype=torch.float64)
    queries, keys, values = layer.qkv_dwconv(layer.qkv(x))[0].chunk(3)
    mixed = torch.zeros(4, 5, 6, dtype=torch.float64)
    for channel in range(4):
        head = channel // 2
        others = (2 * head, 2 * head + 1)
        cosines = [
            torch.nn.functional.cosine_similarity(queries[channel].flatten(), keys[other].flatten(), 0)
            for other in others
        ]
        weights = (layer.temperature[head, 0, 0] * torch.stack(cosines)).softmax(0)
        mixed[channel] = weights[0] * values[others[0]] + weights[1] * values[others[1]]
    torch.testing.assert_close(layer(x), layer.project_out(mixed[None]))


def test_what_is_refused() -> None:
    with pytest.raises(ArgumentError, match="five numbers"):
        Restormer(blocks=(1, 1, 1, 1))
