"""SCUNet: a UNet whose blocks are half convolution and half attention in windows."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from preimage.denoisers.base import Denoiser, Traits
from preimage.denoisers.blocks.windows import displacements, from_windows, to_windows, torn_windows
from preimage.denoisers.networks.padding import on_multiples
from preimage.errors import ArgumentError

__all__ = ["SCUNet"]

_WINDOW = 8
_HEAD = 32


class _WindowAttention(nn.Module):
    """Attention among the pixels of each window of 8x8, the windows shifted by half a side or not; (B, H, W, C)."""

    def __init__(self, width: int, shifted: bool) -> None:
        super().__init__()
        self.heads = width // _HEAD
        self.shifted = shifted
        self.embedding_layer = nn.Linear(width, 3 * width)
        side = 2 * _WINDOW - 1
        self.relative_position_params = nn.Parameter(0.02 * torch.randn(self.heads, side, side))
        self.linear = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        half = _WINDOW // 2
        x = x.roll((-half, -half), (1, 2)) if self.shifted else x
        queries, keys, values = (
            part.unflatten(-1, (self.heads, _HEAD)).transpose(1, 2)
            for part in self.embedding_layer(to_windows(x, _WINDOW)).chunk(3, -1)
        )
        down, right = displacements(_WINDOW, x.device)
        scores = queries @ keys.mT / math.sqrt(_HEAD) + self.relative_position_params[:, down, right]
        if self.shifted:
            torn = torn_windows(x.shape[1] // _WINDOW, x.shape[2] // _WINDOW, _WINDOW, half, x.device)
            scores = scores.masked_fill(torn.repeat(len(x), 1, 1)[:, None], -math.inf)
        mixed = (scores.softmax(-1) @ values).transpose(1, 2).flatten(2)
        out = from_windows(self.linear(mixed), x.shape, _WINDOW)
        return out.roll((half, half), (1, 2)) if self.shifted else out


class _TransBlock(nn.Module):
    """Attention and a perceptron for each pixel, both residual, on (B, H, W, C)."""

    def __init__(self, width: int, shifted: bool) -> None:
        super().__init__()
        self.ln1, self.ln2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.msa = _WindowAttention(width, shifted)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.msa(self.ln1(x))
        return x + self.mlp(self.ln2(x))


class _Block(nn.Module):
    """Half of the channels through two convolutions, half through attention, then both together; residual."""

    def __init__(self, width: int, shifted: bool) -> None:
        super().__init__()
        half = width // 2
        self.trans_block = _TransBlock(half, shifted)
        self.conv1_1 = nn.Conv2d(width, width, 1)
        self.conv1_2 = nn.Conv2d(width, width, 1)
        self.conv_block = nn.Sequential(
            nn.Conv2d(half, half, 3, padding=1, bias=False),
            nn.ReLU(),
            nn.Conv2d(half, half, 3, padding=1, bias=False),
        )

    def forward(self, x: Tensor) -> Tensor:
        near, far = self.conv1_1(x).chunk(2, 1)
        near = near + self.conv_block(near)
        far = self.trans_block(far.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        return x + self.conv1_2(torch.cat([near, far], 1))


class SCUNet(Denoiser):
    """UNet like DRUNet with blocks of convolutions and of attention; it finds the noise itself, ``sigma`` is not used.

    The windows of every second block are shifted by half their side. Sizes that are no multiple of 64 are continued by
    their last pixels. Layer names are those of the published checkpoints (``m_head.0``,
    ``m_down1.0.trans_block.msa.embedding_layer``, ``m_tail.0`` ...). Attention passes on what is in its windows, from
    block to block over hundreds of pixels, so that no reach is told.

    Args:
        channels: image channels.
        width: feature channels at full size, a multiple of 64; 64 in the published checkpoints.
        blocks: blocks of the three scales down, the coarsest one, and the three scales up.
        sigma_range: the noise levels of its training.

    Shapes: ``x`` (B, channels, H, W); the result is like ``x``.

    Raises:
        ArgumentError: there are not seven numbers of blocks, or ``width`` is no multiple of 64.

    Source: Zhang, Li, Liang, Cao, Zhang, Tang, Timofte, Van Gool, "Practical blind image denoising via
    Swin-Conv-UNet and data synthesis", Machine Intelligence Research 2023.
    """

    def __init__(
        self,
        channels: int = 3,
        width: int = 64,
        blocks: Sequence[int] = (4, 4, 4, 4, 4, 4, 4),
        sigma_range: tuple[float, float] = (0.0, math.inf),
    ) -> None:
        super().__init__()
        if len(blocks) != 7 or width % (2 * _HEAD):
            raise ArgumentError(
                f"`blocks` must be seven numbers and `width` a multiple of {2 * _HEAD}, got {tuple(blocks)} and "
                f"{width}; see the defaults."
            )
        self.channels = channels
        self.width = width
        self.blocks = tuple(blocks)
        self.sigma_range = tuple(sigma_range)
        w = [width * 2**level for level in range(4)]
        self.m_head = nn.Sequential(nn.Conv2d(channels, width, 3, padding=1, bias=False))
        self.m_down1, self.m_down2, self.m_down3 = (
            nn.Sequential(*_blocks(w[i], blocks[i]), nn.Conv2d(w[i], w[i + 1], 2, stride=2, bias=False))
            for i in range(3)
        )
        self.m_body = nn.Sequential(*_blocks(w[3], blocks[3]))
        self.m_up3, self.m_up2, self.m_up1 = (
            nn.Sequential(
                nn.ConvTranspose2d(w[3 - i], w[2 - i], 2, stride=2, bias=False), *_blocks(w[2 - i], blocks[4 + i])
            )
            for i in range(3)
        )
        self.m_tail = nn.Sequential(nn.Conv2d(width, channels, 3, padding=1, bias=False))
        low, high = sigma_range
        self.traits = Traits(channels, (low, high), stride=8 * _WINDOW)

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        return on_multiples(self._whole, x, self.traits.stride)

    def _whole(self, x: Tensor) -> Tensor:
        x1 = self.m_head(x)
        x2 = self.m_down1(x1)
        x3 = self.m_down2(x2)
        x4 = self.m_down3(x3)
        out = self.m_up3(self.m_body(x4) + x4)
        out = self.m_up2(out + x3)
        out = self.m_up1(out + x2)
        return self.m_tail(out + x1)


def _blocks(width: int, count: int) -> list[_Block]:
    return [_Block(width, bool(number % 2)) for number in range(count)]
