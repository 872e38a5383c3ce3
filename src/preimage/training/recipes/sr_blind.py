"""Train a network that enlarges pictures of unknown history: blurred, resized, noisy, compressed, in any order.

    preimage train sr-blind --data CBSD400 --out runs/sr4 --set steps=7000

The same command goes on where it was stopped; ``runs/sr4/sr-blind.safetensors`` holds the averaged weights of a
:class:`preimage.models.SubpixelUNet`.

``sr-blind-x4`` and ``sr-blind-x2``, which the package ships, were trained on CBSD400, the 400 colour photographs of the
Berkeley segmentation data set that no test set contains, by the commands of their rows. Four of five crops have a
random history (:func:`preimage.degradations.bsrgan`), the others were only made smaller. The U-Net starts from
``blind-color``. The loss is the mean absolute error, which invents nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from typing_extensions import override

from preimage._draws import seeded, step_generator
from preimage.datasets import crop_batch
from preimage.degradations import bsrgan
from preimage.machine.precision import multiplies_bfloat16
from preimage.models import SubpixelUNet
from preimage.training.loop import LearningRule
from preimage.training.muon import Muon
from preimage.training.recipe import StepRecipe, rms_per_image
from preimage.training.recipes.exposures import exposed
from preimage.training.recipes.starts import load_suitable, with_shipped
from preimage.training.schedule import WarmupStableDecay

__all__ = ["SRBlindRecipe"]


@dataclass(frozen=True, kw_only=True)
class SRBlindRecipe(StepRecipe):
    """A SubpixelUNet for pictures of unknown history.

    Args:
        factor: how many times larger pictures become.
        widths: feature channels of its U-Net.
        blocks: residual blocks per scale of the same.
        width: feature channels of what follows.
        depth: residual blocks of what follows.
        start: weights that its U-Net starts from: a file, a name of the package, or nothing for random ones.
        crops, patch: crops of a step, and their side, a multiple of ``factor``.
        sharp: the share of the crops that are only made smaller.
        muon_rate, adam_rate: learning rates of the hidden layers, and of the first and last ones.
        rms_from: share of the run after which the loss is each crop's root-mean-square error, no longer the mean
            absolute one.
        bfloat16: compute the network in bfloat16.
    """

    channels: int = 3
    steps: int = 1500
    factor: int = 4
    widths: tuple[int, ...] = (16, 32, 64, 128)
    blocks: int = 2
    width: int = 48
    depth: int = 4
    start: str = "blind-color"
    crops: int = 8
    patch: int = 160
    sharp: float = 0.2
    muon_rate: float = 0.004
    adam_rate: float = 1e-3
    decay: float = 0.7
    rms_from: float = 1.0
    bfloat16: bool = field(default_factory=multiplies_bfloat16)

    title: ClassVar[str] = "sr-blind"
    checkpoint_every: ClassVar[int] = 50

    @override
    def network(self) -> nn.Module:
        """The features of what it starts from; what follows them is random, and changes nothing at first."""
        with seeded(self.seed):
            network = SubpixelUNet(self.channels, self.factor, self.widths, self.blocks, self.width, self.depth)
        nn.init.zeros_(network.tail.weight)
        nn.init.zeros_(network.tail.bias)  # pyright: ignore[reportArgumentType]
        if self.start:
            load_suitable(network, with_shipped(Path(self.start), self.channels))
        return network

    @override
    def batch(self, images: Sequence[Tensor], step: int) -> tuple[Tensor, ...]:
        """Clean crops, and the small pictures."""
        rng = step_generator(self.seed, step)
        clean = exposed(crop_batch(images, self.crops, self.patch, rng), rng, exposure=0.3, balance=0.1)
        is_sharp = torch.rand(self.crops, generator=rng) < self.sharp
        pipeline, small = bsrgan(self.factor), []
        for crop, sharp in zip(clean[:, None], is_sharp.tolist(), strict=True):
            history = pipeline.draw(rng)
            small.append(_reduced(crop, self.factor) if sharp else history(crop)[0])
        return clean, torch.cat(small)

    def enlarged(self, network: nn.Module, small: Tensor) -> Tensor:
        """What ``network`` makes of the small pictures."""
        with torch.autocast(small.device.type, torch.bfloat16, enabled=self.bfloat16):
            found = network(small)
        return found.float()

    @override
    def loss(self, network: nn.Module, batch: tuple[Tensor, ...], step: int) -> Tensor:
        clean, small = batch
        error = self.enlarged(network, small) - clean
        return error.abs().mean() if step < self.rms_from * self.steps else rms_per_image(error)

    @override
    def rule(self, network: nn.Module) -> LearningRule:
        """Muon for the hidden layers, AdamW for the others."""
        named = dict(network.named_parameters())
        is_edge = {name: name.startswith(("m_head", "wide", "tail")) for name in named}
        hidden = [value for name, value in named.items() if not is_edge[name]]
        edges = [value for name, value in named.items() if is_edge[name]]
        adam = torch.optim.AdamW(edges, lr=self.adam_rate, betas=(0.9, 0.99), weight_decay=0.0)
        schedule = WarmupStableDecay(self.steps, min(50, self.steps // 10 + 1), self.decay)
        return LearningRule([Muon(hidden, lr=self.muon_rate), adam], schedule, ema_decay=0.99)


def _reduced(x: Tensor, factor: int) -> Tensor:
    return F.interpolate(x, scale_factor=1 / factor, mode="bicubic", align_corners=False, antialias=True).clamp(0, 1)
