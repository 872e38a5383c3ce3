"""Residual groups of layers that attend among the pixels of windows, as SwinIR has them."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from preimage._ranges import check_count
from preimage.denoisers.blocks.windows import displacements, from_windows, to_windows, torn_windows
from preimage.errors import ArgumentError

__all__ = ["SwinGroup", "SwinTrunk", "swin_trunk", "through_trunk"]


class SwinTrunk(NamedTuple):
    """The parts of a trunk, in fields with the names of published checkpoints."""

    patch_embed: nn.Module
    layers: nn.ModuleList
    norm: nn.Module
    conv_after_body: nn.Module


def swin_trunk(
    width: int, depths: Sequence[int], heads: Sequence[int], window: int, convolutions: int = 1
) -> SwinTrunk:
    """Groups of ``depths`` layers each, between two normalisations, and a convolution.

    Raises:
        ArgumentError: ``depths`` and ``heads`` differ in number, a number is below one, or ``width`` is no multiple.
    """
    for name, values in (("width", (width,)), ("window", (window,)), ("depths", depths), ("heads", heads)):
        for value in values:
            check_count(name, value, "see the defaults")
    if len(depths) != len(heads) or not depths or any(width % count for count in heads):
        raise ArgumentError(
            f"`heads` must divide `width`, one number for each of `depths`, got {tuple(heads)} for {width} and "
            f"{tuple(depths)}; see the defaults."
        )
    start = nn.Module()
    start.norm = nn.LayerNorm(width)
    groups = [SwinGroup(width, depth, count, window, convolutions) for depth, count in zip(depths, heads, strict=True)]
    return SwinTrunk(start, nn.ModuleList(groups), nn.LayerNorm(width), _merging(width, convolutions))


def through_trunk(trunk: SwinTrunk, x: Tensor) -> Tensor:
    """``x + trunk(x)`` for features (B, width, H, W), both sides multiples of the window."""
    (first,) = trunk.patch_embed.children()
    features = _over_channels(first, x)
    for group in trunk.layers:
        features = group(features)
    return x + trunk.conv_after_body(_over_channels(trunk.norm, features))


def _over_channels(norm: nn.Module, x: Tensor) -> Tensor:
    return norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class SwinGroup(nn.Module):
    """Layers of attention, every second one in shifted windows, then a convolution; residual; (B, C, H, W).

    Args:
        width: feature channels, a multiple of ``heads``.
        depth: layers.
        heads: parts of the channels that attend on their own.
        window: pixels a side of a window; both sides of the image are multiples of it.
        convolutions: 1, or 3 of fewer channels.
    """

    def __init__(self, width: int, depth: int, heads: int, window: int, convolutions: int) -> None:
        super().__init__()
        self.residual_group = nn.Module()
        self.residual_group.blocks = nn.ModuleList(
            _Layer(width, heads, window, window // 2 if number % 2 else 0) for number in range(depth)
        )
        self.conv = _merging(width, convolutions)

    def forward(self, x: Tensor) -> Tensor:
        """The features after the group, (B, width, H, W)."""
        out = x.permute(0, 2, 3, 1)
        for layer in self.residual_group.get_submodule("blocks").children():
            out = layer(out)
        return x + self.conv(out.permute(0, 3, 1, 2))


def _merging(width: int, convolutions: int) -> nn.Module:
    """One convolution of 3x3, or three of which the middle one is narrow and looks at single pixels."""
    if convolutions == 1:
        return nn.Conv2d(width, width, 3, padding=1)
    narrow = width // 4
    return nn.Sequential(
        nn.Conv2d(width, narrow, 3, padding=1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(narrow, narrow, 1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(narrow, width, 3, padding=1),
    )


class _Layer(nn.Module):
    """Attention and a perceptron for each pixel, both residual, on (B, H, W, C)."""

    def __init__(self, width: int, heads: int, window: int, shift: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attn = _WindowAttention(width, heads, window, shift)
        self.mlp = nn.Module()
        self.mlp.fc1, self.mlp.fc2 = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attn(self.norm1(x))
        first, second = self.mlp.children()
        return x + second(nn.functional.gelu(first(self.norm2(x))))


class _WindowAttention(nn.Module):
    """Attention among the pixels of each window, of an image rolled by ``-shift`` or not; (B, H, W, C)."""

    def __init__(self, width: int, heads: int, window: int, shift: int) -> None:
        super().__init__()
        self.heads, self.window, self.shift = heads, window, shift
        self.relative_position_bias_table = nn.Parameter(0.02 * torch.randn((2 * window - 1) ** 2, heads))
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        side, shift = self.window, self.shift
        x = x.roll((-shift, -shift), (1, 2)) if shift else x
        queries, keys, values = (
            part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in self.qkv(to_windows(x, side)).chunk(3, -1)
        )
        down, right = displacements(side, x.device)
        bias = self.relative_position_bias_table[down * (2 * side - 1) + right].permute(2, 0, 1)
        scores = queries @ keys.mT / math.sqrt(queries.shape[-1]) + bias
        if shift:
            torn = torn_windows(x.shape[1] // side, x.shape[2] // side, side, shift, x.device)
            scores = scores.masked_fill(torn.repeat(len(x), 1, 1)[:, None], -math.inf)
        mixed = (scores.softmax(-1) @ values).transpose(1, 2).flatten(2)
        out = from_windows(self.proj(mixed), x.shape, side)
        return out.roll((shift, shift), (1, 2)) if shift else out
