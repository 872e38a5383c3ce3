"""Train the network that a deep image prior for missing pixels may start from.

    preimage train fill --data CBSD400 --out runs/fill

The same command goes on where it was stopped; ``runs/fill/fill.safetensors`` holds the averaged weights of a
:class:`preimage.models.UNetGenerator` that fills in scattered pixels, as :class:`preimage.models.SelfGuide` shows them.

``fill-grey`` and ``fill-color``, which the package ships, are what the defaults give on CBSD400, the 400 colour
photographs of the Berkeley segmentation data set that no test set contains (grey is their luma). The network sees one
crop at a time, because it normalises by the mean and variance of the image itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import torch
from torch import Tensor, nn
from typing_extensions import override

from preimage._draws import seeded, step_generator
from preimage.datasets import crop_batch
from preimage.machine.precision import multiplies_bfloat16
from preimage.models import UNetGenerator
from preimage.training.loop import LearningRule
from preimage.training.recipe import StepRecipe
from preimage.training.schedule import WarmupStableDecay

__all__ = ["FillRecipe"]


@dataclass(frozen=True, kw_only=True)
class FillRecipe(StepRecipe):
    """A U-Net that fills in scattered pixels.

    Args:
        seen: the share of the pixels that the network is shown is uniform between these two.
        bfloat16: compute the network in bfloat16 (weights and optimizer stay float32).
    """

    steps: int = 8000
    widths: tuple[int, ...] = (24, 48, 96)
    patch: int = 128
    seen: tuple[float, float] = (0.2, 0.9)
    rate: float = 0.004
    bfloat16: bool = field(default_factory=multiplies_bfloat16)

    title: ClassVar[str] = "fill"

    @override
    def network(self) -> nn.Module:
        with seeded(self.seed):
            network = UNetGenerator(2 * self.channels, self.channels, self.widths)
        return network.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]

    @override
    def batch(self, images: Sequence[Tensor], step: int) -> tuple[Tensor, ...]:
        """A crop, (1, C, patch, patch), and which of its pixels are seen, (1, 1, patch, patch)."""
        rng = step_generator(self.seed, step)
        x = crop_batch(images, 1, self.patch, rng)
        low, high = self.seen
        share = low + (high - low) * torch.rand((), generator=rng)
        return x, (torch.rand(1, 1, *x.shape[-2:], generator=rng) < share).to(x)

    @override
    def loss(self, network: nn.Module, batch: tuple[Tensor, ...], step: int) -> Tensor:
        """The mean squared error of pixels that are not seen."""
        x, seen = batch
        shown = torch.cat([x * seen, seen.expand_as(x)], 1).contiguous(memory_format=torch.channels_last)
        with torch.autocast(x.device.type, torch.bfloat16, enabled=self.bfloat16):
            drawn = network(shown)
        return ((drawn.float() - x) * (1 - seen)).square().sum() / ((1 - seen).sum() * self.channels)

    @override
    def rule(self, network: nn.Module) -> LearningRule:
        adam = torch.optim.Adam(network.parameters(), lr=self.rate)
        return LearningRule([adam], WarmupStableDecay(self.steps))
