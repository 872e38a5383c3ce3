"""NAFNet: a UNet without nonlinear activations."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from preimage.denoisers.base import Denoiser, Traits
from preimage.denoisers.networks.padding import on_multiples
from preimage.errors import ArgumentError

__all__ = ["NAFNet"]


class _ChannelNorm(nn.Module):
    """Zero mean and unit variance over the channels of each pixel, then scale and shift."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        x = x - x.mean(1, keepdim=True)
        x = x / (x.square().mean(1, keepdim=True) + 1e-6).sqrt()
        return self.weight[:, None, None] * x + self.bias[:, None, None]


class _Gate(nn.Module):
    """The product of the two halves of the channels."""

    def forward(self, x: Tensor) -> Tensor:
        first, second = x.chunk(2, 1)
        return first * second


class _Block(nn.Module):
    """Two residual steps: depthwise convolution, gate and channel attention; then two 1x1 convolutions with a gate."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = _ChannelNorm(width), _ChannelNorm(width)
        self.conv1 = nn.Conv2d(width, 2 * width, 1)
        self.conv2 = nn.Conv2d(2 * width, 2 * width, 3, padding=1, groups=2 * width)
        self.conv3 = nn.Conv2d(width, width, 1)
        self.sca = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(width, width, 1))
        self.conv4 = nn.Conv2d(width, 2 * width, 1)
        self.conv5 = nn.Conv2d(width, width, 1)
        self.sg = _Gate()
        self.beta = nn.Parameter(torch.zeros(1, width, 1, 1))
        self.gamma = nn.Parameter(torch.zeros(1, width, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        gated = self.sg(self.conv2(self.conv1(self.norm1(x))))
        x = x + self.beta * self.conv3(self.sca(gated) * gated)
        return x + self.gamma * self.conv5(self.sg(self.conv4(self.norm2(x))))


class NAFNet(Denoiser):
    """UNet of convolutions and products of channels; it finds the noise itself, and ``sigma`` is not used.

    Channel attention takes means over the whole image, so that every pixel counts for every other. Sizes that are no
    multiple of 2 to the number of scales are continued by their last pixels. Layer names are those of the published
    checkpoints (``intro``, ``encoders.0.0.conv1``, ``middle_blks``, ``ups.0.0`` ...).

    Args:
        channels: image channels.
        width: feature channels at full size; 32 or 64 in the published checkpoints.
        down: blocks of each scale on the way down; the default is that of the denoiser trained on SIDD.
        middle: blocks at the coarsest scale.
        up: blocks of each scale on the way up, as many scales as ``down``.
        sigma_range: the noise levels of its training.

    Shapes: ``x`` (B, channels, H, W); the result is like ``x``.

    Raises:
        ArgumentError: ``down`` and ``up`` have different lengths.

    Source: Chen, Chu, Zhang, Sun, "Simple baselines for image restoration", ECCV 2022.
    """

    def __init__(
        self,
        channels: int = 3,
        width: int = 32,
        down: Sequence[int] = (2, 2, 4, 8),
        middle: int = 12,
        up: Sequence[int] = (2, 2, 2, 2),
        sigma_range: tuple[float, float] = (0.0, math.inf),
    ) -> None:
        super().__init__()
        if len(down) != len(up):
            raise ArgumentError(
                f"`up` must have as many scales as `down`, got {len(up)} and {len(down)}; name one "
                "number of blocks for each scale."
            )
        self.channels = channels
        self.width = width
        self.middle = middle
        self.down = tuple(down)
        self.up = tuple(up)
        self.sigma_range = tuple(sigma_range)
        widths = [width * 2**level for level in range(len(down) + 1)]
        self.intro = nn.Conv2d(channels, width, 3, padding=1)
        self.ending = nn.Conv2d(width, channels, 3, padding=1)
        scales = list(zip(down, up, widths[:-1], strict=True))
        self.encoders = nn.ModuleList(nn.Sequential(*(_Block(w) for _ in range(n))) for n, _, w in scales)
        self.downs = nn.ModuleList(nn.Conv2d(w, 2 * w, 2, stride=2) for _, _, w in scales)
        self.middle_blks = nn.Sequential(*(_Block(widths[-1]) for _ in range(middle)))
        self.ups = nn.ModuleList(
            nn.Sequential(nn.Conv2d(2 * w, 4 * w, 1, bias=False), nn.PixelShuffle(2)) for _, _, w in reversed(scales)
        )
        self.decoders = nn.ModuleList(nn.Sequential(*(_Block(w) for _ in range(n))) for _, n, w in reversed(scales))
        low, high = sigma_range
        self.traits = Traits(channels, (low, high), stride=2 ** len(down))

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        return on_multiples(self._whole, x, self.traits.stride)

    def _whole(self, x: Tensor) -> Tensor:
        features, kept = self.intro(x), []
        for blocks, halve in zip(self.encoders, self.downs, strict=True):
            kept.append(blocks(features))
            features = halve(kept[-1])
        features = self.middle_blks(features)
        for enlarge, blocks, skip in zip(self.ups, self.decoders, reversed(kept), strict=True):
            features = blocks(enlarge(features) + skip)
        return x + self.ending(features)
