"""Restormer: a UNet with attention between channels."""

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from preimage.denoisers.base import Denoiser, Traits
from preimage.denoisers.networks.padding import on_multiples
from preimage.errors import ArgumentError

__all__ = ["Restormer"]


class _NormBody(nn.Module):
    """Unit variance over the channels of each pixel; zero mean, too, where there is a bias."""

    def __init__(self, width: int, bias: bool) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.bias = nn.Parameter(torch.zeros(width)) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        mean = x.mean(1, keepdim=True)
        variance = (x - mean).square().mean(1, keepdim=True)  # var_mean walks pixel by pixel over the channels
        if self.bias is None:
            return x / (variance + 1e-5).sqrt() * self.weight[:, None, None]
        return (x - mean) / (variance + 1e-5).sqrt() * self.weight[:, None, None] + self.bias[:, None, None]


class _Norm(nn.Module):
    def __init__(self, width: int, bias: bool) -> None:
        super().__init__()
        self.body = _NormBody(width, bias)

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x)


class _ChannelAttention(nn.Module):
    """Attention whose scores compare channels over all pixels."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.temperature = nn.Parameter(torch.ones(heads, 1, 1))
        self.qkv = nn.Conv2d(width, 3 * width, 1, bias=False)
        self.qkv_dwconv = nn.Conv2d(3 * width, 3 * width, 3, padding=1, groups=3 * width, bias=False)
        self.project_out = nn.Conv2d(width, width, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        heads = len(self.temperature)
        queries, keys, values = (
            part.flatten(2).unflatten(1, (heads, -1)) for part in self.qkv_dwconv(self.qkv(x)).chunk(3, 1)
        )
        scores = F.normalize(queries, dim=-1) @ F.normalize(keys, dim=-1).mT * self.temperature
        return self.project_out((scores.softmax(-1) @ values).reshape(x.shape))


class _GatedFeed(nn.Module):
    """Two depthwise branches, one of which gates the other."""

    def __init__(self, width: int, expansion: float) -> None:
        super().__init__()
        hidden = int(width * expansion)
        self.project_in = nn.Conv2d(width, 2 * hidden, 1, bias=False)
        self.dwconv = nn.Conv2d(2 * hidden, 2 * hidden, 3, padding=1, groups=2 * hidden, bias=False)
        self.project_out = nn.Conv2d(hidden, width, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        gate, value = self.dwconv(self.project_in(x)).chunk(2, 1)
        return self.project_out(F.gelu(gate) * value)


class _Block(nn.Module):
    def __init__(self, width: int, heads: int, bias: bool) -> None:
        super().__init__()
        self.norm1, self.norm2 = _Norm(width, bias), _Norm(width, bias)
        self.attn = _ChannelAttention(width, heads)
        self.ffn = _GatedFeed(width, 2.66)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attn(self.norm1(x))
        return x + self.ffn(self.norm2(x))


class _Embedding(nn.Module):
    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        self.proj = nn.Conv2d(channels, width, 3, padding=1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.proj(x)


class _Resize(nn.Module):
    """A convolution, and pixels that become channels or channels that become pixels."""

    def __init__(self, width: int, halve: bool) -> None:
        super().__init__()
        outputs = width // 2 if halve else 2 * width
        shuffle = nn.PixelUnshuffle(2) if halve else nn.PixelShuffle(2)
        self.body = nn.Sequential(nn.Conv2d(width, outputs, 3, padding=1, bias=False), shuffle)

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x)


class Restormer(Denoiser):
    """UNet with attention between channels; it finds the noise itself, and ``sigma`` is not used.

    The attention compares channels over the whole image, so that every pixel counts for every other. Sizes that are no
    multiple of 8 are continued by their last pixels. Layer names are those of the published checkpoints
    (``patch_embed.proj``, ``encoder_level1.0.attn.qkv``, ``refinement``, ``output`` ...).

    Args:
        channels: image channels.
        width: feature channels at full size; 48 in the published checkpoints, a multiple of the first of ``heads``.
        blocks: blocks of the four scales, and of the refinement at full size.
        heads: heads of attention of the four scales.
        norm_bias: whether normalisation subtracts the mean and adds a bias; false in the published denoisers of
            Gaussian noise.
        sigma_range: the noise levels of its training.

    Shapes: ``x`` (B, channels, H, W); the result is like ``x``.

    Raises:
        ArgumentError: there are not five numbers of blocks and four of heads.

    Source: Zamir, Arora, Khan, Hayat, Khan, Yang, "Restormer", CVPR 2022.
    """

    def __init__(
        self,
        channels: int = 3,
        width: int = 48,
        blocks: Sequence[int] = (4, 6, 6, 8, 4),
        heads: Sequence[int] = (1, 2, 4, 8),
        norm_bias: bool = False,
        sigma_range: tuple[float, float] = (0.0, math.inf),
    ) -> None:
        super().__init__()
        if len(blocks) != 5 or len(heads) != 4:
            raise ArgumentError(
                f"`blocks` must be five numbers and `heads` four, got {tuple(blocks)} and {tuple(heads)}; see the "
                "defaults."
            )
        self.channels = channels
        self.width = width
        self.blocks = tuple(blocks)
        self.heads = tuple(heads)
        self.norm_bias = norm_bias
        self.sigma_range = tuple(sigma_range)

        def level(w: int, count: int, split: int) -> nn.Sequential:
            return nn.Sequential(*(_Block(w, split, norm_bias) for _ in range(count)))

        w1, w2, w3, w4 = (width * 2**scale for scale in range(4))
        self.patch_embed = _Embedding(channels, width)
        self.encoder_level1 = level(w1, blocks[0], heads[0])
        self.down1_2 = _Resize(w1, True)
        self.encoder_level2 = level(w2, blocks[1], heads[1])
        self.down2_3 = _Resize(w2, True)
        self.encoder_level3 = level(w3, blocks[2], heads[2])
        self.down3_4 = _Resize(w3, True)
        self.latent = level(w4, blocks[3], heads[3])
        self.up4_3 = _Resize(w4, False)
        self.reduce_chan_level3 = nn.Conv2d(w4, w3, 1, bias=False)
        self.decoder_level3 = level(w3, blocks[2], heads[2])
        self.up3_2 = _Resize(w3, False)
        self.reduce_chan_level2 = nn.Conv2d(w3, w2, 1, bias=False)
        self.decoder_level2 = level(w2, blocks[1], heads[1])
        self.up2_1 = _Resize(w2, False)
        self.decoder_level1 = level(w2, blocks[0], heads[0])
        self.refinement = level(w2, blocks[4], heads[0])
        self.output = nn.Conv2d(w2, channels, 3, padding=1, bias=False)
        low, high = sigma_range
        self.traits = Traits(channels, (low, high), stride=8)

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        return on_multiples(self._whole, x, 8)

    def _whole(self, x: Tensor) -> Tensor:
        e1 = self.encoder_level1(self.patch_embed(x))
        e2 = self.encoder_level2(self.down1_2(e1))
        e3 = self.encoder_level3(self.down2_3(e2))
        out = self.up4_3(self.latent(self.down3_4(e3)))
        out = self.up3_2(self.decoder_level3(self.reduce_chan_level3(torch.cat([out, e3], 1))))
        out = self.up2_1(self.decoder_level2(self.reduce_chan_level2(torch.cat([out, e2], 1))))
        out = self.refinement(self.decoder_level1(torch.cat([out, e1], 1)))
        return x + self.output(out)
