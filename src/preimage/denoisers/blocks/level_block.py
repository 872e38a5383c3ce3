"""Blocks of U-Nets that are told a noise level, and change sizes by fixed filters."""

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from preimage.errors import ArgumentError

__all__ = ["LevelBlock", "ResampledConv", "Waves", "group_norm", "level_layer", "start_weights"]

_SMALL = 1e-5  # of the weights of what ends a branch, at first


class ResampledConv(nn.Conv2d):
    """A convolution, of features that are halved or doubled in size before it, or halved after it (``fused``).

    Args:
        inputs, outputs: channels.
        side: rows and columns of the kernel, odd.
        change: "down", "up", or nothing.
        taps: the filter along each axis, an even number of values that are divided by their sum.
        fused: whether the filter, which then halves, is applied to the result.
    """

    resample_filter: Tensor

    def __init__(
        self, inputs: int, outputs: int, side: int, change: str = "", taps: Sequence[float] = (), fused: bool = False
    ) -> None:
        super().__init__(inputs, outputs, side, padding=side // 2)
        self.change = change
        self.fused = fused
        start_weights(self)
        if change:
            row = torch.tensor(taps) / sum(taps)
            self.register_buffer("resample_filter", torch.outer(row, row)[None, None])

    def forward(self, input: Tensor) -> Tensor:
        """(B, inputs, H, W) to (B, outputs, H', W'), with zeros beyond the border."""
        if not self.change:
            return super().forward(input)
        taps = self.resample_filter
        margin = (taps.shape[-1] - 1) // 2
        if self.fused:
            features = F.conv2d(input, self.weight, self.bias, padding=self.weight.shape[-1] // 2 + margin)
            return F.conv2d(features, taps.expand(len(self.weight), -1, -1, -1), stride=2, groups=len(self.weight))
        each, groups = taps.expand(input.shape[1], -1, -1, -1), input.shape[1]
        if self.change == "up":
            return super().forward(F.conv_transpose2d(input, 4 * each, stride=2, padding=margin, groups=groups))
        return super().forward(F.conv2d(input, each, stride=2, padding=margin, groups=groups))


def start_weights(layer: nn.Conv2d | nn.Linear, gain: float = 1.0) -> None:
    """Weights as the publication starts them."""
    nn.init.xavier_uniform_(layer.weight, gain)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)


def level_layer(inputs: int, outputs: int) -> nn.Linear:
    """A layer on what tells of the level."""
    layer = nn.Linear(inputs, outputs)
    start_weights(layer)
    return layer


def group_norm(channels: int) -> nn.GroupNorm:
    """32 groups of channels, fewer where that left less than four to each.

    Raises:
        ArgumentError: the channels do not divide so.
    """
    groups = min(32, channels // 4)
    if groups < 1 or channels % groups:
        raise ArgumentError(
            f"`width` and `multiples` must give features in groups of four or 32 equal groups, got {channels} channels "
            "somewhere; take a multiple of 32 for `width`."
        )
    return nn.GroupNorm(groups, channels, eps=1e-6)


class LevelBlock(nn.Module):
    """Two convolutions, the level added between them; at another size where told; attention to all pixels where told.

    Sums of two are divided by the square root of two.

    Args:
        inputs, outputs: channels.
        times: numbers that tell of the level.
        taps: the filter by which sizes change, as there.
        change: "down", "up", or nothing.
        attention: whether every pixel attends to all in the end.
    """

    def __init__(
        self, inputs: int, outputs: int, times: int, taps: Sequence[float], change: str = "", attention: bool = False
    ) -> None:
        super().__init__()
        self.inputs = inputs
        self.attention = attention
        self.norm0, self.norm1 = group_norm(inputs), group_norm(outputs)
        self.conv0 = ResampledConv(inputs, outputs, 3, change, taps)
        self.affine = level_layer(times, outputs)
        self.conv1 = ResampledConv(outputs, outputs, 3)
        start_weights(self.conv1, _SMALL)
        self.skip = ResampledConv(inputs, outputs, 1, change, taps) if change or inputs != outputs else nn.Identity()
        if attention:
            self.norm2 = group_norm(outputs)
            self.qkv, self.proj = ResampledConv(outputs, 3 * outputs, 1), ResampledConv(outputs, outputs, 1)
            start_weights(self.qkv, math.sqrt(0.2))
            start_weights(self.proj, _SMALL)

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        """(B, inputs, H, W) and (B, times) to (B, outputs, H', W')."""
        features = self.conv0(F.silu(self.norm0(x))) + self.affine(time)[..., None, None]
        x = (self.skip(x) + self.conv1(F.silu(self.norm1(features)))) * math.sqrt(0.5)
        if not self.attention:
            return x
        seen = self.qkv(self.norm2(x)).unflatten(1, (-1, 3)).flatten(3)
        queries, keys, values = (part.transpose(1, 2)[:, None] for part in seen.unbind(2))
        mixed = F.scaled_dot_product_attention(queries, keys, values)[:, 0].transpose(1, 2).reshape(x.shape)
        return (x + self.proj(mixed)) * math.sqrt(0.5)


class Waves(nn.Module):
    """``sin`` and ``cos`` of a number (B,) at random frequencies, kept with the weights, or at fixed ones: (B, count).

    Args:
        count: even.
        random: whether frequencies are normal numbers times 16, else ``10000^(-k / (count / 2 - 1))``.
    """

    freqs: Tensor

    def __init__(self, count: int, random: bool) -> None:
        super().__init__()
        self.pairs = count // 2
        self.random = random
        if random:
            self.register_buffer("freqs", 16 * torch.randn(self.pairs))

    def forward(self, number: Tensor) -> Tensor:
        """The waves of each number."""
        if self.random:
            rates = 2 * math.pi * self.freqs
        else:
            steps = torch.arange(self.pairs, dtype=number.dtype, device=number.device) / max(self.pairs - 1, 1)
            rates = 10_000**-steps
        angles = number[:, None] * rates.to(number.dtype)
        return torch.cat([angles.sin(), angles.cos()], 1)
