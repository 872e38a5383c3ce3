"""The U-Net of diffusion models with attention, whose checkpoints are the most used priors of images."""

import math
from collections.abc import Sequence
from typing import TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from preimage._ranges import check_count
from preimage.errors import ArgumentError, ShapeError

__all__ = ["DiffUNet", "embedded_time"]

L = TypeVar("L", bound=nn.Module)

_GROUPS = 32


def embedded_time(time: Tensor, width: int) -> Tensor:
    """``cos`` and ``sin`` of ``time`` (B,) times ``10000^(-k / n)``, ``k`` below ``n = width / 2``: (B, width)."""
    half = width // 2
    rates = torch.exp(-math.log(10_000) * torch.arange(half, dtype=time.dtype, device=time.device) / half)
    angles = time[:, None] * rates
    return torch.cat([angles.cos(), angles.sin()], 1)


def _zeroed(layer: L) -> L:
    """``layer`` that adds nothing before it is trained."""
    for parameter in layer.parameters():
        nn.init.zeros_(parameter)
    return layer


class _Residual(nn.Module):
    """Two convolutions, the second one scaled and shifted by the time; at another size where ``resize`` is told."""

    def __init__(self, inputs: int, outputs: int, times: int, resize: float = 1.0) -> None:
        super().__init__()
        self.resize = resize
        self.in_layers = nn.Sequential(
            nn.GroupNorm(_GROUPS, inputs), nn.SiLU(), nn.Conv2d(inputs, outputs, 3, padding=1)
        )
        self.emb_layers = nn.Sequential(nn.SiLU(), nn.Linear(times, 2 * outputs))
        self.out_layers = nn.Sequential(
            nn.GroupNorm(_GROUPS, outputs), nn.SiLU(), nn.Identity(), _zeroed(nn.Conv2d(outputs, outputs, 3, padding=1))
        )
        self.skip_connection = nn.Identity() if inputs == outputs else nn.Conv2d(inputs, outputs, 1)

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        norm, activation, conv = self.in_layers
        features = conv(_resized(activation(norm(x)), self.resize))
        scale, shift = self.emb_layers(time)[:, :, None, None].chunk(2, 1)
        norm, *rest = self.out_layers
        features = norm(features) * (1 + scale) + shift
        for layer in rest:
            features = layer(features)
        return self.skip_connection(_resized(x, self.resize)) + features


def _resized(x: Tensor, factor: float) -> Tensor:
    if factor == 1:
        return x
    return F.avg_pool2d(x, 2) if factor < 1 else F.interpolate(x, scale_factor=2.0, mode="nearest")


class _Attention(nn.Module):
    """Every pixel attends to all, each head apart; residual."""

    def __init__(self, width: int, head: int) -> None:
        super().__init__()
        self.heads = width // head
        self.norm = nn.GroupNorm(_GROUPS, width)
        self.qkv = nn.Conv1d(width, 3 * width, 1)
        self.proj_out = _zeroed(nn.Conv1d(width, width, 1))

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        seen = self.qkv(self.norm(x).flatten(2)).unflatten(1, (self.heads, 3, -1))
        queries, keys, values = (part.transpose(2, 3) for part in seen.unbind(2))
        mixed = F.scaled_dot_product_attention(queries, keys, values).transpose(2, 3).flatten(1, 2)
        return x + self.proj_out(mixed).view_as(x)


class DiffUNet(nn.Module):
    """The U-Net of ADM: ``network(z, t)`` predicts the noise in ``z`` and, in more channels, a variance.

    ``RescaledDenoiser(NoisePrediction(DiffUNet(...), ddpm_sigmas()))`` is a denoiser of images in [0, 1] for the
    samplers here. Layer names are those of the published checkpoints (``time_embed.0``,
    ``input_blocks.1.0.in_layers.0``, ``middle_block.1.qkv``, ``output_blocks.0.0.skip_connection``, ``out.2`` ...).
    The defaults are the network of the faces that DPS was shown on; that of ImageNet at 256 pixels is
    ``DiffUNet(256, (1, 1, 2, 2, 4, 4), 2, attention=(8, 16, 32))``.

    Args:
        width: feature channels at full size, a multiple of 32.
        multiples: how many times the width features have at each scale; sides are multiples of 2 to the number of
            scales less one.
        blocks: residual blocks of each scale on the way down; there is one more on the way up.
        attention: at which reductions of the sides pixels attend to one another.
        channels: image channels.
        outputs: channels of the result; twice as many where a variance was learned, as in all of ADM.

    Shapes: ``z`` (B, channels, H, W), ``t`` (B,); the result is (B, outputs, H, W).

    Raises:
        ArgumentError: ``width`` is no multiple of 32, or there is no scale.

    Source: Dhariwal, Nichol, "Diffusion models beat GANs on image synthesis", NeurIPS 2021; the faces: Chung et al.,
    "Diffusion posterior sampling for general noisy inverse problems", ICLR 2023.
    """

    def __init__(
        self,
        width: int = 128,
        multiples: Sequence[int] = (1, 1, 2, 2, 4, 4),
        blocks: int = 1,
        attention: Sequence[int] = (16,),
        channels: int = 3,
        outputs: int = 6,
    ) -> None:
        super().__init__()
        if width < 1 or width % _GROUPS or not multiples or min(multiples) < 1:
            raise ArgumentError(
                f"`width` must be a multiple of {_GROUPS} and `multiples` at least one number, got {width} and "
                f"{tuple(multiples)}; see the defaults."
            )
        for name, value in (("blocks", blocks), ("channels", channels), ("outputs", outputs)):
            check_count(name, value, "see the defaults")
        self.width = width
        self.multiple = 2 ** (len(multiples) - 1)
        times, head = 4 * width, 64 if width % 64 == 0 else _GROUPS
        self.time_embed = nn.Sequential(nn.Linear(width, times), nn.SiLU(), nn.Linear(times, times))
        down, seen = [nn.ModuleList([nn.Conv2d(channels, width, 3, padding=1)])], [width]
        inner = width
        for scale, multiple in enumerate(multiples):
            for _ in range(blocks):
                down.append(_stage(inner, width * multiple, times, head if 2**scale in attention else 0))
                inner = width * multiple
                seen.append(inner)
            if scale < len(multiples) - 1:
                down.append(nn.ModuleList([_Residual(inner, inner, times, 0.5)]))
                seen.append(inner)
        self.input_blocks = nn.ModuleList(down)
        middle = (_Residual(inner, inner, times), _Attention(inner, head), _Residual(inner, inner, times))
        self.middle_block = nn.ModuleList(middle)
        up = []
        for scale, multiple in reversed(list(enumerate(multiples))):
            for number in range(blocks + 1):
                stage = _stage(inner + seen.pop(), width * multiple, times, head if 2**scale in attention else 0)
                inner = width * multiple
                if scale and number == blocks:
                    stage.append(_Residual(inner, inner, times, 2.0))
                up.append(stage)
        self.output_blocks = nn.ModuleList(up)
        last = _zeroed(nn.Conv2d(inner, outputs, 3, padding=1))
        self.out = nn.Sequential(nn.GroupNorm(_GROUPS, inner), nn.SiLU(), last)

    def forward(self, z: Tensor, t: Tensor) -> Tensor:
        """The noise in ``z``, and the variance, if there is one."""
        if z.ndim != 4 or any(size % self.multiple for size in z.shape[2:]):
            raise ShapeError(
                f"`z` must be (B, C, H, W) with sides that are multiples of {self.multiple}, got {tuple(z.shape)}; "
                "crop or pad it."
            )
        time = self.time_embed(embedded_time(t, self.width))
        kept = []
        for stage in self.input_blocks:
            z = _through(stage, z, time)
            kept.append(z)
        z = _through(self.middle_block, z, time)
        for stage in self.output_blocks:
            z = _through(stage, torch.cat([z, kept.pop()], 1), time)
        return self.out(z)


def _stage(inputs: int, outputs: int, times: int, head: int) -> nn.ModuleList:
    """A residual block, followed by attention where ``head`` is not zero."""
    first = _Residual(inputs, outputs, times)
    return nn.ModuleList([first, _Attention(outputs, head)] if head else [first])


def _through(stage: nn.Module, z: Tensor, time: Tensor) -> Tensor:
    for layer in stage.children():
        z = layer(z) if isinstance(layer, nn.Conv2d) else layer(z, time)
    return z
