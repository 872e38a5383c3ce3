from pathlib import Path

import pytest
import torch

from preimage.denoisers import SCUNet
from preimage.denoisers.networks.scunet import _WindowAttention
from preimage.errors import ArgumentError
from tests.denoisers.networks.counts import loads_what_it_saves, names, parameters
from tests.example import Example

BLOCKS = (2, 0, 0, 0, 0, 0, 0)


def tiny(channels: int = 1) -> SCUNet:
    torch.manual_seed(0)
    return SCUNet(channels, 64, BLOCKS)


EXAMPLES = {SCUNet: [Example(tiny, (2, 1, 9, 11))]}


def test_it_has_the_published_size() -> None:
    """Counted on the published files."""
    assert parameters(lambda: SCUNet(1)) == 17_943_768
    assert parameters(lambda: SCUNet(3)) == 17_946_072


def test_layers_have_the_published_names(tmp_path: Path) -> None:
    found = names(SCUNet)
    for name in (
        "m_head.0.weight", "m_down1.0.trans_block.ln1.weight", "m_down1.3.trans_block.msa.relative_position_params",
        "m_down1.0.trans_block.msa.embedding_layer.bias", "m_down1.0.trans_block.msa.linear.weight",
        "m_down1.0.trans_block.mlp.2.weight", "m_down1.0.conv1_1.weight", "m_down1.0.conv_block.2.weight",
        "m_down1.4.weight", "m_body.3.conv1_2.bias", "m_up3.0.weight", "m_up1.4.conv1_1.bias", "m_tail.0.weight",
    ):  # fmt: skip
        assert name in found
    loads_what_it_saves(tiny, tmp_path)


@pytest.mark.parametrize("shifted", [False, True])
def test_attention_is_among_the_pixels_of_a_window(shifted: bool) -> None:
    """Pixel by pixel: scores of all pixels in the window, by displacement, over the root of the head's width."""
    torch.manual_seed(1)
    layer = _WindowAttention(64, shifted).double()
    x = torch.randn(1, 16, 24, 64, dtype=torch.float64)
    out = layer(x)
    queries, keys, values = layer.embedding_layer(x).chunk(3, -1)

    def window(i: int, n: int) -> range:
        if not shifted:
            return range(8 * (i // 8), 8 * (i // 8) + 8)
        start = 8 * ((i + 4) // 8) - 4  # in the shifted grid; what is torn by the border stays on its side
        return range(max(0, start), min(n, start + 8))

    for row, column in ((0, 0), (5, 9), (15, 23), (3, 20), (8, 2)):
        near = [(r, c) for r in window(row, 16) for c in window(column, 24)]
        parts = []
        for head in range(2):
            part = slice(32 * head, 32 * head + 32)
            scores = torch.stack([
                queries[0, row, column, part] @ keys[0, r, c, part] / 32**0.5
                + layer.relative_position_params[head, row - r + 7, column - c + 7]
                for r, c in near
            ])  # fmt: skip
            parts.append(scores.softmax(0) @ torch.stack([values[0, r, c, part] for r, c in near]))
        torch.testing.assert_close(out[0, row, column], layer.linear(torch.cat(parts)))


def test_what_is_refused() -> None:
    for wrong in ({"blocks": (1, 2)}, {"width": 32}):
        with pytest.raises(ArgumentError, match="seven numbers"):
            SCUNet(**wrong)
