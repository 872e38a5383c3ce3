"""The U-Nets of score-based generative models, as denoisers of all noise levels."""

import math
from collections.abc import Sequence
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from preimage._ranges import check_count
from preimage._shapes import per_image
from preimage.denoisers.base import Denoiser, Traits
from preimage.denoisers.blocks.level_block import (
    LevelBlock,
    ResampledConv,
    Waves,
    group_norm,
    level_layer,
    start_weights,
)
from preimage.denoisers.networks.padding import on_multiples
from preimage.errors import ArgumentError

__all__ = ["NCSNpp"]

_ATTENTION = 16  # the side at which pixels attend to one another, for images of the published size
_SPREAD = 0.5  # of the images in [-1, 1] that the published checkpoints were trained on
_LEVELS = (0.002, 80.0)  # of their training, in the same units
_TAPS = {"ncsnpp": (1.0, 3.0, 3.0, 1.0), "ddpmpp": (1.0, 1.0)}
_SMALL = 1e-5  # of the weights of what ends a branch, at first


class NCSNpp(Denoiser):
    r"""NCSN++ and DDPM++, with the preconditioning of EDM: a denoiser of all noise levels, and a prior of images.

    ``D(z, s) = a^2 / c^2 z + s a / c F(z / c, log(s) / 4)`` with ``c^2 = s^2 + a^2`` and ``a = 1/2``, for images
    ``z = 2 x - 1`` in [-1, 1] and ``s = 2 sigma``, so that ``x`` in [0, 1] and ``sigma`` are in the units of all
    denoisers here. ``F`` is a U-Net of residual blocks; at the scale of 16x16 pixels of the published images, and at
    the coarsest, every pixel attends to all. Sizes that are no multiple of 2 to the number of scales less one are
    continued by their last pixels. Below 0.001 the network is told 0.001; without noise ``D`` is the identity.

    NCSN++ has random frequencies of the level, filters [1, 3, 3, 1] where sizes change, and is shown the image anew at
    each scale; DDPM++ has none of these. Layer names are those of the EDM checkpoints of unconditional models
    (``map_layer0``, ``enc.32x32_block0.conv0``, ``enc.16x16_aux_residual``, ``dec.8x8_in0.qkv`` ...), below ``model.``
    there; save their ``state_dict()`` to a file for :func:`preimage.zoo.load_file`. Its ``map_augment``, which is of
    use in training only, is left out, and so is dropout.

    Args:
        channels: image channels.
        size: side of the images of the training, which names the layers and tells where attention is.
        width: feature channels, a multiple of 32, or a small multiple of 4.
        multiples: how many times the width features have at each scale; (2, 2, 2) for 32x32 pixels (CIFAR-10) and
            (1, 2, 2, 2) for 64x64 (FFHQ, AFHQv2).
        blocks: residual blocks of each scale on the way down; there is one more on the way up.
        variant: "ncsnpp" or "ddpmpp"; the checkpoints whose names end in "ve" and in "vp".

    Shapes: ``x`` (B, channels, H, W), ``sigma`` a float or (B,); the result is like ``x``.

    Raises:
        ArgumentError: there is no such variant, no scale, or a number does not fit.

    Source: Song, Sohl-Dickstein, Kingma, Kumar, Ermon, Poole, "Score-based generative modeling through stochastic
    differential equations", ICLR 2021; Karras, Aittala, Aila, Laine, "Elucidating the design space of diffusion-based
    generative models", NeurIPS 2022, table 1 and appendix F.
    """

    def __init__(
        self,
        channels: int = 3,
        size: int = 32,
        width: int = 128,
        multiples: Sequence[int] = (2, 2, 2),
        blocks: int = 4,
        variant: Literal["ncsnpp", "ddpmpp"] = "ncsnpp",
    ) -> None:
        super().__init__()
        if variant not in _TAPS:
            raise ArgumentError(f"`variant` must be 'ncsnpp' or 'ddpmpp', got {variant!r}; see help(NCSNpp).")
        self.multiples = tuple(multiples)
        stride = 2 ** (len(self.multiples) - 1)
        if not self.multiples or min(self.multiples) < 1 or size < 1 or size % stride:
            raise ArgumentError(
                "`multiples` must hold one number of at least 1 for each scale and `size` be a multiple of 2 to their "
                f"number less one, got {self.multiples} and {size}; see the defaults."
            )
        for name, value in (("channels", channels), ("width", width), ("blocks", blocks)):
            check_count(name, value, "see the defaults")
        self.channels = channels
        self.size = size
        self.width = width
        self.blocks = blocks
        self.variant = variant
        waves = width * (2 if variant == "ncsnpp" else 1)
        self.map_noise = Waves(waves, variant == "ncsnpp")
        self.map_layer0, self.map_layer1 = level_layer(waves, 4 * width), level_layer(4 * width, 4 * width)
        self.enc, seen = self._way_down()
        self.dec = self._way_up(seen)
        self.traits = Traits(channels, (_LEVELS[0] / 2, _LEVELS[1] / 2), stride=stride)

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        level = 2 * per_image(sigma, x)
        told = level.clamp_min(_LEVELS[0]).flatten().log() / 4
        total = (level.square() + _SPREAD**2).sqrt()
        z = 2 * x - 1
        guess = on_multiples(lambda seen: self._network(seen, told.expand(len(seen))), z / total, self.traits.stride)
        z = (_SPREAD / total).square() * z + level * _SPREAD / total * guess
        return (z + 1) / 2

    def _way_down(self) -> tuple[nn.ModuleDict, list[int]]:
        """The layers, and the channels of what each of them hands to the way up."""
        taps, times = _TAPS[self.variant], 4 * self.width
        layers, seen, aside = nn.ModuleDict(), [self.width], self.channels
        for scale, multiple in enumerate(self.multiples):
            side = self.size >> scale
            name, inner = f"{side}x{side}", seen[-1]
            if scale == 0:
                layers[f"{name}_conv"] = ResampledConv(self.channels, self.width, 3)
            else:
                layers[f"{name}_down"] = LevelBlock(inner, inner, times, taps, "down")
                seen.append(inner)
                if self.variant == "ncsnpp":
                    layers[f"{name}_aux_residual"] = ResampledConv(aside, inner, 3, "down", taps, fused=True)
                    aside = inner
            for number in range(self.blocks):
                outer = self.width * multiple
                layers[f"{name}_block{number}"] = LevelBlock(seen[-1], outer, times, taps, attention=side == _ATTENTION)
                seen.append(outer)
        return layers, seen

    def _way_up(self, seen: list[int]) -> nn.ModuleDict:
        taps, times = _TAPS[self.variant], 4 * self.width
        layers, inner = nn.ModuleDict(), seen[-1]
        for scale, multiple in reversed(list(enumerate(self.multiples))):
            side = self.size >> scale
            name = f"{side}x{side}"
            if scale == len(self.multiples) - 1:
                layers[f"{name}_in0"] = LevelBlock(inner, inner, times, taps, attention=True)
                layers[f"{name}_in1"] = LevelBlock(inner, inner, times, taps)
            else:
                layers[f"{name}_up"] = LevelBlock(inner, inner, times, taps, "up")
            for number in range(self.blocks + 1):
                last = number == self.blocks and side == _ATTENTION
                outer = self.width * multiple
                layers[f"{name}_block{number}"] = LevelBlock(inner + seen.pop(), outer, times, taps, attention=last)
                inner = outer
        layers[f"{self.size}x{self.size}_aux_norm"] = group_norm(inner)
        last_conv = ResampledConv(inner, self.channels, 3)
        start_weights(last_conv, _SMALL)
        layers[f"{self.size}x{self.size}_aux_conv"] = last_conv
        return layers

    def _network(self, z: Tensor, told: Tensor) -> Tensor:
        time = F.silu(self.map_layer1(F.silu(self.map_layer0(self.map_noise(told)))))
        kept, aside = [], z
        for name, layer in self.enc.items():
            if name.endswith("aux_residual"):
                z = aside = (z + layer(aside)) * math.sqrt(0.5)
                kept[-1] = z
            else:
                z = layer(z, time) if isinstance(layer, LevelBlock) else layer(z)
                kept.append(z)
        *blocks, norm, last = self.dec.values()
        for block in blocks:
            assert isinstance(block, LevelBlock)
            z = block(z if block.inputs == z.shape[1] else torch.cat([z, kept.pop()], 1), time)
        return last(F.silu(norm(z)))
