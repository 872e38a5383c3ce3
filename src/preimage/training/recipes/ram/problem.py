"""Problems as values: what kind a training step is of, and what differs between the images of its batch."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from preimage.physics import GaussianNoise, LinearPhysics, NoNoise, PoissonGaussianNoise

__all__ = ["Noises", "ProblemKind", "integer", "uniform", "with_noises"]


class ProblemKind(ABC):
    """A kind of problems: a frozen dataclass of ranges.

    A problem draws what differs between images as tensors, batch first, and makes the operator of any part of them;
    what all images of a batch share follows from ``shared``, a seed.

    Attributes:
        kinds: the channels of its images: 1 for grey, 3 for colour, 2 for complex ones.
        sides: the sides of its images, pixels.
        scale: about the value of a measurement of an image of ones.
        photons: whether its noise may be that of photons.
    """

    kinds: ClassVar[tuple[int, ...]] = (1, 3)
    sides: ClassVar[tuple[int, ...]] = (64,)
    photons: ClassVar[bool] = True

    def scale(self, shared: int, side: int) -> float:
        """About the value of a measurement of an image of ones."""
        return 1.0

    @abstractmethod
    def draw(self, batch: int, side: int, rng: torch.Generator) -> tuple[Tensor, ...]:
        """What differs between images, batch first."""

    @abstractmethod
    def operator(self, parameters: Sequence[Tensor], side: int, channels: int, shared: int) -> LinearPhysics:
        """The operator of images with these parameters."""


@dataclass(frozen=True)
class Noises:
    """How strong noise is, image units of an image in [0, 1].

    Args:
        sigma: the largest standard deviation.
        power: levels are ``sigma u^power`` with uniform ``u``.
        none: the share of images without noise.
        gain: the least and largest gain of photons, logarithmically uniform.
        photons: the share of batches with photons, where the problem allows them.
    """

    sigma: float = 50 / 255
    power: float = 2.0
    none: float = 0.05
    gain: tuple[float, float] = (0.001, 0.05)
    photons: float = 0.25

    def draw(self, batch: int, scale: float, photons: bool, rng: torch.Generator) -> tuple[Tensor, Tensor]:
        """Standard deviations and gains, (B,) each, in units of the measurement; a gain of zero is no photons."""
        u, off, v = torch.rand(3, batch, generator=rng).unbind(0)
        sigma = scale * self.sigma * u.pow(self.power) * (off >= self.none)
        low, high = (torch.tensor(value).log() for value in self.gain)
        gain = scale * (low + (high - low) * v).exp()
        taken = photons and float(torch.rand((), generator=rng)) < self.photons
        return (sigma.clamp_min(1e-4 * scale), gain) if taken else (sigma, torch.zeros(batch))


def with_noises(physics: LinearPhysics, sigma: Tensor, gain: Tensor) -> LinearPhysics:
    """The operator under the noise that was drawn."""
    if bool((gain > 0).any()):
        return physics.with_noise(PoissonGaussianNoise(gain, sigma))
    return physics.with_noise(GaussianNoise(sigma) if bool((sigma > 0).any()) else NoNoise())


def uniform(rng: torch.Generator, low: float, high: float, count: int) -> Tensor:
    """Uniform numbers in [low, high)."""
    return low + (high - low) * torch.rand(count, generator=rng)


def integer(rng: torch.Generator, stop: int) -> int:
    """A whole number in [0, stop)."""
    return int(torch.randint(stop, (), generator=rng))
