import math

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from preimage.denoisers.blocks.level_block import LevelBlock, ResampledConv, Waves, group_norm, level_layer
from preimage.errors import ArgumentError

SMOOTH = (1.0, 3.0, 3.0, 1.0)


def halved(x: Tensor, taps: tuple[float, ...], margin: int) -> Tensor:
    """Sample ``i`` of each axis is the sum of ``taps[k] x[2 i + k - margin]``, zeros beyond the border."""
    for axis in (-2, -1):
        count = (x.shape[axis] + 2 * margin - len(taps)) // 2 + 1
        filled = F.pad(x.transpose(axis, -1), (margin, margin))
        rows = [sum(t * filled[..., 2 * i + k] for k, t in enumerate(taps)) / sum(taps) for i in range(count)]
        x = torch.stack(rows, -1).transpose(axis, -1)
    return x


def doubled(x: Tensor, taps: tuple[float, ...]) -> Tensor:
    """Twice the adjoint of :func:`halved` along each axis."""
    margin = (len(taps) - 1) // 2
    for axis in (-2, -1):
        moved = x.transpose(axis, -1)
        out = torch.zeros(*moved.shape[:-1], 2 * moved.shape[-1] + 2 * margin, dtype=x.dtype)
        for i in range(moved.shape[-1]):
            for k, t in enumerate(taps):
                out[..., 2 * i + k] += 2 * t / sum(taps) * moved[..., i]
        x = out[..., margin : out.shape[-1] - margin].transpose(axis, -1)
    return x


@pytest.mark.parametrize("taps", [(1.0, 1.0), SMOOTH])
@pytest.mark.parametrize("side", [1, 3])
def test_sizes_change_by_the_filter(taps: tuple[float, ...], side: int, rng: torch.Generator) -> None:
    x = torch.randn(2, 3, 6, 4, generator=rng, dtype=torch.float64)
    margin = (len(taps) - 1) // 2
    for change, first in (("down", halved(x, taps, margin)), ("up", doubled(x, taps))):
        conv = ResampledConv(3, 2, side, change, taps).double()
        torch.testing.assert_close(conv(x), F.conv2d(first, conv.weight, conv.bias, padding=side // 2))
    conv = ResampledConv(3, 2, side, "down", taps, fused=True).double()
    after = F.conv2d(x, conv.weight, padding=side // 2 + margin)
    torch.testing.assert_close(conv(x), halved(after, taps, 0) + conv.bias[:, None, None])


def test_two_equal_taps_are_means_and_repetition(rng: torch.Generator) -> None:
    x = torch.randn(1, 2, 4, 6, generator=rng)
    torch.testing.assert_close(halved(x, (1.0, 1.0), 0), F.avg_pool2d(x, 2))
    torch.testing.assert_close(doubled(x, (1.0, 1.0)), x.repeat_interleave(2, -1).repeat_interleave(2, -2))


def test_attention_by_hand(rng: torch.Generator) -> None:
    block = LevelBlock(8, 8, 5, SMOOTH, attention=True).double()
    for parameter in block.parameters():
        torch.nn.init.normal_(parameter, std=0.3, generator=rng)
    x = torch.randn(2, 8, 2, 3, generator=rng, dtype=torch.float64)
    time = torch.randn(2, 5, generator=rng, dtype=torch.float64)
    inner = F.silu(block.norm1(block.conv0(F.silu(block.norm0(x))) + block.affine(time)[:, :, None, None]))
    z = (x + block.conv1(inner)) / math.sqrt(2)
    seen = block.qkv(block.norm2(z)).flatten(2)
    q, k, v = seen[:, 0::3], seen[:, 1::3], seen[:, 2::3]
    weights = (torch.einsum("bcq,bck->bqk", q, k) / math.sqrt(8)).softmax(2)
    mixed = torch.einsum("bqk,bck->bcq", weights, v).reshape(z.shape)
    torch.testing.assert_close(block(x, time), (z + block.proj(mixed)) / math.sqrt(2))


def test_waves_at_fixed_and_at_random_frequencies() -> None:
    numbers = torch.tensor([0.3, -2.0], dtype=torch.float64)
    rates = torch.tensor([1.0, 10_000**-0.5, 1e-4], dtype=torch.float64)
    angles = numbers[:, None] * rates
    torch.testing.assert_close(Waves(6, random=False)(numbers), torch.cat([angles.sin(), angles.cos()], 1))
    waves = Waves(6, random=True).double()
    angles = 2 * math.pi * numbers[:, None] * waves.freqs
    torch.testing.assert_close(waves(numbers), torch.cat([angles.sin(), angles.cos()], 1))


def test_groups_of_channels() -> None:
    assert [group_norm(n).num_groups for n in (4, 12, 128, 384)] == [1, 3, 32, 32]
    with pytest.raises(ArgumentError, match="equal groups, got 18"):
        group_norm(18)


def test_a_level_layer_starts_without_offset() -> None:
    assert not level_layer(3, 4).bias.any()
