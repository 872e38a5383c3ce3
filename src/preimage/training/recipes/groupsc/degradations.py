"""The five restoration tasks of the paper, as crops of clean images and what is measured of them."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from typing_extensions import override

from preimage.datasets import crop_batch, load_images
from preimage.models.sparse.levels import jpeg_level
from preimage.physics import Demosaicing

__all__ = ["TASKS", "Compressed", "Degradation", "DegradedCrops", "Mosaicked", "Noisy", "compression"]


@dataclass(frozen=True)
class DegradedCrops:
    """Crops and what was measured of them.

    Attributes:
        clean: (B, C, s, s), in [0, 1].
        measured: like ``clean``.
        level: how degraded each crop is, (B,).
        mask: one where a sample was measured, (1 or B, C, s, s); ``None`` where all were.
    """

    clean: Tensor
    measured: Tensor
    level: Tensor
    mask: Tensor | None = None

    def part(self, crops: slice) -> "DegradedCrops":
        """Some of the crops."""
        mask = self.mask if self.mask is None or len(self.mask) == 1 else self.mask[crops]
        return DegradedCrops(self.clean[crops], self.measured[crops], self.level[crops], mask)

    def to(self, device: torch.device) -> "DegradedCrops":
        """The same on another device."""
        mask = None if self.mask is None else self.mask.to(device)
        return DegradedCrops(self.clean.to(device), self.measured.to(device), self.level.to(device), mask)


@dataclass(frozen=True)
class Degradation:
    """One task.

    Attributes:
        channels: the number of channels of the images.
        levels: at which the model has thresholds, in the units of the task.
    """

    channels: int = 1
    levels: tuple[float, ...] = (0.0,)

    def thresholds(self) -> Tensor:
        """Where the thresholds of each level start, (levels,)."""
        return torch.full((len(self.levels),), 0.004)

    def images(self, folder: Path) -> list[Tensor]:
        """What :meth:`batch` draws from, uint8 (C, H, W)."""
        return load_images(folder, self.channels)

    def batch(self, images: Sequence[Tensor], size: int, side: int, rng: torch.Generator) -> DegradedCrops:
        """``size`` crops of ``side`` pixels."""
        raise NotImplementedError


@dataclass(frozen=True)
class Noisy(Degradation):
    """White Gaussian noise: half of the crops at one of the levels, half at any between the first and the last."""

    def thresholds(self) -> Tensor:
        """In proportion to the noise, 0.02 at 25/255."""
        return 0.02 * torch.tensor(self.levels) / (25 / 255)

    @override
    def batch(self, images: Sequence[Tensor], size: int, side: int, rng: torch.Generator) -> DegradedCrops:
        clean = crop_batch(images, size, side, rng)
        levels = torch.tensor(self.levels)
        exact = levels[torch.randint(len(levels), (size,), generator=rng)]
        between = levels[0] + (levels[-1] - levels[0]) * torch.rand(size, generator=rng)
        level = torch.where(torch.rand(size, generator=rng) < 0.5, exact, between)
        noise = torch.randn(clean.shape, generator=rng)
        return DegradedCrops(clean, clean + level.reshape(-1, 1, 1, 1) * noise, level)


@dataclass(frozen=True)
class Mosaicked(Degradation):
    """A Bayer mosaic without noise."""

    channels: int = 3

    def batch(self, images: Sequence[Tensor], size: int, side: int, rng: torch.Generator) -> DegradedCrops:
        """Crops of which one colour a pixel is left."""
        clean = crop_batch(images, size, side, rng)
        mask = Demosaicing().mask(clean)
        return DegradedCrops(clean, clean * mask, torch.zeros(size), mask)


@dataclass(frozen=True)
class Compressed(Degradation):
    """JPEG of grey images.

    Attributes:
        qualities: the images are compressed with each, as a whole, so that crops meet every phase of its 8x8 grid.
    """

    qualities: tuple[int, ...] = (10, 15, 20, 25, 30, 35, 40)

    def images(self, folder: Path) -> list[Tensor]:
        """Clean images with their compressed versions as further channels."""
        return [
            torch.cat([image, *(compression(image, quality) for quality in self.qualities)])
            for image in load_images(folder, 1)
        ]

    def batch(self, images: Sequence[Tensor], size: int, side: int, rng: torch.Generator) -> DegradedCrops:
        """Crops at one of the qualities each."""
        crops = crop_batch(images, size, side, rng)
        which = torch.randint(len(self.qualities), (size,), generator=rng)
        level = torch.tensor([jpeg_level(quality) for quality in self.qualities])[which]
        return DegradedCrops(crops[:, :1], crops[torch.arange(size), 1 + which][:, None], level)


def compression(image: Tensor, quality: int) -> Tensor:
    """What JPEG leaves of a grey uint8 image (1, H, W)."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(image[0].numpy()).save(file, "JPEG", quality=quality)
    with Image.open(file) as decoded:
        return torch.from_numpy(np.array(decoded))[None]


_SIGMAS = tuple(sigma / 255 for sigma in (5, 15, 25, 50))

TASKS: dict[str, Degradation] = {
    "grey": Noisy(1, _SIGMAS),
    "colour": Noisy(3, _SIGMAS),
    "blind": Noisy(3, tuple(sigma / 255 for sigma in (5, 10, 15, 20, 25))),
    "mosaic": Mosaicked(),
    "jpeg": Compressed(1, (0.6, 0.7, 0.8, 0.9)),
}
