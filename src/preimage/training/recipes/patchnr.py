"""Fit the normalising flow of PatchNR to the patches of a folder of images.

    preimage train patchnr --data BSD400 --out runs/patchnr --time 20m

The same command goes on where it was stopped; ``runs/patchnr/patchnr.safetensors`` holds the averaged weights of
:class:`preimage.optim.PatchFlow`. Six images were enough in the paper.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from typing_extensions import override

from preimage._draws import seeded, step_generator
from preimage.datasets import crop_batch
from preimage.optim import PatchFlow
from preimage.training.loop import LearningRule
from preimage.training.recipe import StepRecipe
from preimage.training.schedule import WarmupStableDecay

__all__ = ["PatchNRRecipe"]


@dataclass(frozen=True, kw_only=True)
class PatchNRRecipe(StepRecipe):
    """A normalising flow of patches.

    Args:
        size: the side of a patch, pixels.
        blocks, width: the number of coupling blocks and the width of their networks.
        crops: patches a step.
        rate: the learning rate of Adam.
    """

    steps: int = 20_000
    size: int = 6
    blocks: int = 5
    width: int = 512
    crops: int = 128
    rate: float = 1e-3

    title: ClassVar[str] = "patchnr"

    @override
    def network(self) -> PatchFlow:
        with seeded(self.seed):
            return PatchFlow(self.channels * self.size**2, self.blocks, self.width)

    @override
    def batch(self, images: Sequence[Tensor], step: int) -> tuple[Tensor, ...]:
        """Patches (crops, channels size^2), with noise of one grey level: their density is bounded."""
        rng = step_generator(self.seed, step)
        crops = crop_batch(images, self.crops, self.size, rng).flatten(1)
        return (crops + (torch.rand(crops.shape, generator=rng) - 0.5) / 255,)

    @override
    def loss(self, network: nn.Module, batch: tuple[Tensor, ...], step: int) -> Tensor:
        """The mean negative log-likelihood per dimension."""
        return network(batch[0]).mean() / batch[0].shape[1]

    @override
    def rule(self, network: nn.Module) -> LearningRule:
        return LearningRule([torch.optim.Adam(network.parameters(), lr=self.rate)], WarmupStableDecay(self.steps))
