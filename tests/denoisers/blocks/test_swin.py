import pytest
import torch

from preimage.denoisers.blocks.swin import SwinGroup, SwinTrunk, swin_trunk, through_trunk


@pytest.mark.parametrize("window", [4, 5])
def test_attention_is_among_the_pixels_of_a_window(window: int) -> None:
    """Pixel by pixel, of the second layer, whose windows are shifted by half a side."""
    torch.manual_seed(1)
    layer = SwinGroup(8, 2, 2, window, 1).double().residual_group.blocks[1].attn
    height, width, shift = 2 * window, 3 * window, window // 2
    x = torch.randn(1, height, width, 8, dtype=torch.float64)
    out = layer(x)
    queries, keys, values = layer.qkv(x).chunk(3, -1)

    def near(i: int, n: int) -> range:  # in the shifted grid; what is torn by the border stays on its side
        start = window * ((i - shift) // window) + shift
        return range(max(0, start), min(n, start + window))

    for row, column in ((0, 0), (window, 2 * window - 1), (height - 1, width - 1), (1, window + 2)):
        places = [(r, c) for r in near(row, height) for c in near(column, width)]
        parts = []
        for head in range(2):
            part = slice(4 * head, 4 * head + 4)
            scores = torch.stack([
                queries[0, row, column, part] @ keys[0, r, c, part] / 2
                + layer.relative_position_bias_table[
                    (row - r + window - 1) * (2 * window - 1) + column - c + window - 1, head
                ]
                for r, c in places
            ])  # fmt: skip
            parts.append(scores.softmax(0) @ torch.stack([values[0, r, c, part] for r, c in places]))
        torch.testing.assert_close(out[0, row, column], layer.proj(torch.cat(parts)))


def test_the_trunk_by_hand() -> None:
    torch.manual_seed(0)
    trunk = SwinTrunk(*(part.double() for part in swin_trunk(8, (1, 2), (2, 4), 4, 3)))
    x = torch.randn(2, 8, 4, 8, dtype=torch.float64)

    def norm(layer: torch.nn.Module, z: torch.Tensor) -> torch.Tensor:
        centred = z - z.mean(1, keepdim=True)
        unit = centred / (centred.square().mean(1, keepdim=True) + 1e-5).sqrt()
        return unit * layer.weight[:, None, None] + layer.bias[:, None, None]

    out = norm(trunk.patch_embed.norm, x)
    for group in trunk.layers:
        inner = out
        for layer in group.residual_group.blocks:
            last = (0, 2, 3, 1)
            inner = inner + layer.attn(norm(layer.norm1, inner).permute(last)).permute(0, 3, 1, 2)
            hidden = torch.nn.functional.gelu(layer.mlp.fc1(norm(layer.norm2, inner).permute(last)))
            inner = inner + layer.mlp.fc2(hidden).permute(0, 3, 1, 2)
        out = out + group.conv(inner)
    torch.testing.assert_close(through_trunk(trunk, x), x + trunk.conv_after_body(norm(trunk.norm, out)))
