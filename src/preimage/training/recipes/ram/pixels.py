"""Problems of photographs: noise, blur, low resolution, missing pixels, mosaics."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor
from typing_extensions import override

from preimage.physics import Blur, BlurFFT, Demosaicing, Denoising, Downsampling, Inpainting, LinearPhysics, kernels
from preimage.physics.generators import GaussianBlurGenerator, MotionBlurGenerator
from preimage.training.recipes.ram.problem import ProblemKind, integer, uniform

__all__ = ["BlurredPictures", "HoledPictures", "MosaicPictures", "NoisyPictures", "SmallPictures", "defocus"]


@dataclass(frozen=True)
class NoisyPictures(ProblemKind):
    """Noise is all that was done to pictures."""

    @override
    def draw(self, batch: int, side: int, rng: torch.Generator) -> tuple[Tensor, ...]:
        return ()

    @override
    def operator(self, parameters: Sequence[Tensor], side: int, channels: int, shared: int) -> LinearPhysics:
        return Denoising()


@dataclass(frozen=True)
class BlurredPictures(ProblemKind):
    """Pictures of a moving or defocused camera, or blurred by a Gaussian; one batch in four sees no border.

    Args:
        size: height and width of the kernels.
        sigma: the least and largest standard deviation of Gaussians.
        radius: the least and largest radius of defocus.
    """

    size: int = 21
    sigma: tuple[float, float] = (0.5, 3.0)
    radius: tuple[float, float] = (1.0, 5.0)

    @override
    def draw(self, batch: int, side: int, rng: torch.Generator) -> tuple[Tensor, ...]:
        kind = integer(rng, 4)
        if kind == 0:
            return (GaussianBlurGenerator(self.size, self.sigma)(batch, rng)["kernel"],)
        if kind == 1:
            return (defocus(uniform(rng, *self.radius, batch), self.size),)
        smoothness = float(uniform(rng, 0.2, 1.0, 1))
        spread = float(uniform(rng, 1.0, self.size / 6, 1))
        return (MotionBlurGenerator(self.size, spread, smoothness)(batch, rng)["kernel"],)

    @override
    def operator(self, parameters: Sequence[Tensor], side: int, channels: int, shared: int) -> LinearPhysics:
        return Blur(parameters[0], "valid") if shared % 4 == 0 else BlurFFT(parameters[0])


@dataclass(frozen=True)
class SmallPictures(ProblemKind):
    """Pictures of low resolution, filtered by a Gaussian or by the bicubic filter before every second to fourth."""

    sides: ClassVar[tuple[int, ...]] = (72,)

    @override
    def draw(self, batch: int, side: int, rng: torch.Generator) -> tuple[Tensor, ...]:
        return (uniform(rng, 0.3, 0.9, batch),)

    @override
    def operator(self, parameters: Sequence[Tensor], side: int, channels: int, shared: int) -> LinearPhysics:
        factor = 2 + shared % 3
        if shared // 3 % 2:
            return Downsampling(kernels.bicubic_filter(factor), factor)
        width = parameters[0] * factor
        return Downsampling(kernels.gaussian_blurs(width, width, torch.zeros_like(width), 15), factor)


@dataclass(frozen=True)
class HoledPictures(ProblemKind):
    """Pictures with missing pixels: scattered, rows or columns, or one to four boxes.

    Args:
        seen: the least and largest share of scattered pixels that are seen.
    """

    seen: tuple[float, float] = (0.1, 0.95)

    @override
    def draw(self, batch: int, side: int, rng: torch.Generator) -> tuple[Tensor, ...]:
        share, kind = uniform(rng, *self.seen, batch), integer(rng, 6)
        if kind == 0:
            lines = torch.rand(batch, 1, side, 1, generator=rng) < share.clamp_min(0.4).reshape(-1, 1, 1, 1)
            lines = lines.expand(-1, -1, -1, side)
            return ((lines.mT if integer(rng, 2) else lines).float(),)
        if kind == 1:
            return (_boxes(batch, side, rng),)
        return ((torch.rand(batch, 1, side, side, generator=rng) < share.reshape(-1, 1, 1, 1)).float(),)

    @override
    def operator(self, parameters: Sequence[Tensor], side: int, channels: int, shared: int) -> LinearPhysics:
        return Inpainting(parameters[0])


@dataclass(frozen=True)
class MosaicPictures(ProblemKind):
    """Mosaics of the four orders of Bayer's cell."""

    kinds: ClassVar[tuple[int, ...]] = (3,)

    @override
    def draw(self, batch: int, side: int, rng: torch.Generator) -> tuple[Tensor, ...]:
        return ()

    @override
    def operator(self, parameters: Sequence[Tensor], side: int, channels: int, shared: int) -> LinearPhysics:
        return Demosaicing(("RGGB", "BGGR", "GRBG", "GBRG")[shared % 4])


def defocus(radius: Tensor, size: int) -> Tensor:
    """Discs of these radii (B,) with borders one pixel soft, (B, 1, size, size), each of sum one."""
    place = torch.arange(size) - size // 2
    distance = (place[:, None].square() + place.square()).sqrt()
    disc = (radius.reshape(-1, 1, 1, 1) + 0.5 - distance).clamp(0, 1)
    return disc / disc.sum((-2, -1), keepdim=True)


def _boxes(batch: int, side: int, rng: torch.Generator) -> Tensor:
    """Masks with holes of a sixteenth to a quarter of the side."""
    mask = torch.ones(batch, 1, side, side)
    for image in mask:
        for _ in range(1 + integer(rng, 4)):
            height, width = (max(2, side // 16 + integer(rng, side * 3 // 16)) for _ in range(2))
            top, left = integer(rng, side - height), integer(rng, side - width)
            image[:, top : top + height, left : left + width] = 0
    return mask
