"""Train a network that removes the artefacts of JPEG.

    preimage train deblock --data CBSD400 --out runs/deblock

The same command goes on where it was stopped; ``runs/deblock/deblock.safetensors`` holds the averaged weights.

``deblock-color``, which the package ships, is what the defaults give on CBSD400, the 400 colour photographs of the
Berkeley segmentation data set that no test set contains. The network is a compact DRUNet and starts from the one that
ships for white noise. In place of the standard deviation of noise it is told the level ``1 - quality / 100``. Crops are
compressed by our exact codec with the usual tables: colours kept at half the resolution or at the whole one, and
grey pictures in three equal channels. Half of them begin on the grid of the blocks, as whole pictures do, the others
anywhere, as parts of pictures do. One crop of eight is a drawing with letters: a network that has seen photographs
alone takes their edges for artefacts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from typing_extensions import override

from preimage._draws import step_generator
from preimage.datasets import crop_batch
from preimage.denoisers import DRUNet
from preimage.physics import JPEG
from preimage.physics.codec.jpeg_colour import linear_ycc
from preimage.training.recipes.evaluate import deblocking_psnr
from preimage.training.recipes.graphics import draw_graphics
from preimage.training.recipes.started import StartedRecipe

__all__ = ["DeblockRecipe"]

# About the root-mean-square error of photographs that a level of 1 leaves: quality 10 leaves 0.045, quality 50 0.025.
_NOISE = 0.05


@dataclass(frozen=True, kw_only=True)
class DeblockRecipe(StartedRecipe):
    """A DRUNet for JPEG of all qualities, in colour and grey.

    Args:
        levels: range of the level ``1 - quality / 100``, drawn uniformly.
        shares: parts of the crops: 4:2:0, 4:4:4, and grey.
        drawn: how many crops of a step are no photographs but drawings, with letters and shapes.
        on_grid: part of the crops that begin on the grid of blocks.
    """

    channels: int = 3
    steps: int = 4000
    levels: tuple[float, float] = (0.05, 0.95)
    shares: tuple[float, float, float] = (0.5, 0.2, 0.3)
    drawn: int = 1
    on_grid: float = 0.5

    title: ClassVar[str] = "deblock"
    checkpoint_every: ClassVar[int] = 100

    @override
    def network(self) -> DRUNet:
        """The start, to which a level means noise of about the same error."""
        network = super().network()
        if self.start:
            state = network.state_dict()
            head = state["m_head.weight"].clone()
            head[:, -1] *= _NOISE
            network.load_state_dict({**state, "m_head.weight": head})
        return network

    @override
    def batch(self, images: Sequence[Tensor], step: int) -> tuple[Tensor, ...]:
        """Clean crops, compressed ones, and the levels, (B,)."""
        rng = step_generator(self.seed, step)
        size = self.patch + 16
        photographs = crop_batch(images, self.crops - self.drawn, size, rng)
        crops = torch.cat([photographs, draw_graphics(self.drawn, size, rng)])
        kinds = torch.multinomial(torch.tensor(self.shares, dtype=torch.float32), self.crops, True, generator=rng)
        low, high = self.levels
        quality = (100 * (1 - low - (high - low) * torch.rand(self.crops, generator=rng))).round()
        places = torch.randint(0, 16, (self.crops, 2), generator=rng)
        begins = torch.rand(self.crops, generator=rng) < self.on_grid
        places = torch.where(begins[:, None], 0, places).tolist()
        clean = torch.where((kinds == 2)[:, None, None, None], linear_ycc(crops)[:, :1].expand_as(crops), crops)
        full, half = (JPEG(quality, form).A(clean) for form in ("4:4:4", "4:2:0"))
        degraded = torch.where((kinds == 0)[:, None, None, None], half, full)
        x, y = (
            torch.stack([c[:, i : i + self.patch, j : j + self.patch] for c, (i, j) in zip(kept, places, strict=True)])
            for kept in (clean, degraded)
        )
        return x, y, 1 - quality / 100

    @override
    def scores(self, network: nn.Module, images: Sequence[Tensor]) -> dict[str, float]:
        """PSNR for three qualities."""
        return {f"psnr_{quality}": deblocking_psnr(network, images, quality) for quality in (10, 40, 80)}
