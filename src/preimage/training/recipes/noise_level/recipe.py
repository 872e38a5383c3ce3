"""Train the network that finds the noise level of a picture.

    preimage train noise-level --data CBSD400 --out runs/noise

The same command goes on where it was stopped; ``runs/noise/noise-level.safetensors`` holds the averaged weights of a
:class:`preimage.denoisers.NoiseLevelNetwork`. ``noise-level-grey`` (pictures of one channel and mosaics) and
``noise-level-color``, which the package ships, are what the defaults give on CBSD400.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from typing_extensions import override

from preimage._draws import seeded
from preimage.datasets import load_images
from preimage.denoisers import NoiseLevelNetwork
from preimage.training.loop import LearningRule
from preimage.training.recipe import StepRecipe
from preimage.training.recipes.noise_level.contents import content, mosaic
from preimage.training.recipes.noise_level.noises import degrade
from preimage.training.schedule import WarmupStableDecay

__all__ = ["NoiseLevelRecipe"]


@dataclass(frozen=True, kw_only=True)
class NoiseLevelRecipe(StepRecipe):
    """A network that finds the noise level of a picture.

    Args:
        crops: pictures a step.
        sizes: the smallest and the largest side of a picture, pixels.
        rate: the learning rate of Adam.
    """

    steps: int = 4000
    crops: int = 16
    sizes: tuple[int, int] = (32, 80)
    rate: float = 0.002

    title: ClassVar[str] = "noise-level"

    @override
    def network(self) -> nn.Module:
        with seeded(self.seed):
            network = NoiseLevelNetwork(self.channels)
        return network.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]

    @override
    def images(self, folder: Path) -> Sequence[NDArray[np.uint8]]:
        """Colour photographs, (H, W, 3)."""
        return [image.permute(1, 2, 0).numpy() for image in load_images(folder, 3)]

    @override
    def batch(self, images: Sequence[NDArray[np.uint8]], step: int) -> tuple[Tensor, ...]:
        """Pictures (B, C, size, size) of one size, and the levels of their noise, (B,)."""
        rng = np.random.default_rng((self.seed, step))
        size = int(rng.integers(self.sizes[0] // 2, self.sizes[1] // 2 + 1)) * 2
        pictures, levels = [], []
        for _ in range(self.crops):
            clean, kind = content(images, size, rng), rng.random()
            if self.channels == 1:
                clean = mosaic(clean, rng) if kind < 0.35 else clean @ np.array([[0.299], [0.587], [0.114]])
            elif kind < 0.08:
                clean = np.repeat(clean[..., 1:2], 3, 2)
            picture, level = degrade(clean, rng)
            pictures.append(torch.from_numpy(picture).permute(2, 0, 1))
            levels.append(level)
        return torch.stack(pictures).float(), torch.tensor(levels)

    @override
    def loss(self, network: nn.Module, batch: tuple[Tensor, ...], step: int) -> Tensor:
        """Student's t with 4 degrees of freedom instead of a normal distribution: one bad picture does not lead."""
        pictures, levels = batch
        t, s = network(pictures)
        off = (t - NoiseLevelNetwork.target(levels)) / s
        return (2.5 * (off.square() / 4).log1p() + s.log()).mean()

    @override
    def rule(self, network: nn.Module) -> LearningRule:
        return LearningRule([torch.optim.Adam(network.parameters(), lr=self.rate)], WarmupStableDecay(self.steps))
