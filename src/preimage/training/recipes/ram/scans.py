"""Problems of scanners: spectra of complex images, line integrals, random projections."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor
from typing_extensions import override

from preimage.physics import (
    MRI,
    CompressedSensing,
    LinearPhysics,
    MultiCoilMRI,
    ParallelBeam,
    SinglePixelCamera,
    Tomography,
)
from preimage.physics.coils import birdcage
from preimage.physics.generators import EquispacedMaskGenerator, GaussianMaskGenerator, RandomMaskGenerator
from preimage.training.recipes.ram.problem import ProblemKind, integer, uniform

__all__ = ["LineIntegrals", "RandomProjections", "SpectrumColumns"]


@dataclass(frozen=True)
class SpectrumColumns(ProblemKind):
    """Columns of the spectrum of complex images, by one coil or by four to eight around.

    Args:
        coils: whether there are several.
    """

    coils: bool = False

    kinds: ClassVar[tuple[int, ...]] = (2,)
    sides: ClassVar[tuple[int, ...]] = (96,)
    photons: ClassVar[bool] = False

    @override
    def draw(self, batch: int, side: int, rng: torch.Generator) -> tuple[Tensor, ...]:
        laws = (RandomMaskGenerator, GaussianMaskGenerator, EquispacedMaskGenerator)
        law = laws[integer(rng, 3)]
        acceleration = 2 + integer(rng, 7 if self.coils else 5)
        return (law((side, side), acceleration, center_fraction=float(uniform(rng, 0.04, 0.1, 1)))(batch, rng)["mask"],)

    @override
    def operator(self, parameters: Sequence[Tensor], side: int, channels: int, shared: int) -> LinearPhysics:
        if not self.coils:
            return MRI(parameters[0])
        return MultiCoilMRI(parameters[0], birdcage((side, side), 4 + 2 * (shared % 3), 1.2 + shared % 5 / 10))


@dataclass(frozen=True)
class LineIntegrals(ProblemKind):
    """Line integrals: few views of half a turn, or the views of less."""

    kinds: ClassVar[tuple[int, ...]] = (1,)
    sides: ClassVar[tuple[int, ...]] = (64, 96)
    photons: ClassVar[bool] = False

    @override
    def scale(self, shared: int, side: int) -> float:
        """The square root of the gain of many views, so that noise is about that of one pixel."""
        return float(self._views(shared) * side) ** 0.5 / 2

    @override
    def draw(self, batch: int, side: int, rng: torch.Generator) -> tuple[Tensor, ...]:
        return ()

    @override
    def operator(self, parameters: Sequence[Tensor], side: int, channels: int, shared: int) -> LinearPhysics:
        views = self._views(shared)
        extent = 180.0 if shared % 3 else 90.0 + shared // 3 % 60
        angles = shared % 180 + torch.arange(views) * extent / views
        return Tomography(ParallelBeam(angles, side * 3 // 2), (side, side))

    def _views(self, shared: int) -> int:
        return (12, 20, 32, 48, 64)[shared // 7 % 5]


@dataclass(frozen=True)
class RandomProjections(ProblemKind):
    """Random projections of small images, or Hadamard patterns of larger ones."""

    kinds: ClassVar[tuple[int, ...]] = (1,)
    sides: ClassVar[tuple[int, ...]] = (32, 64)
    photons: ClassVar[bool] = False

    @override
    def draw(self, batch: int, side: int, rng: torch.Generator) -> tuple[Tensor, ...]:
        return ()

    @override
    def operator(self, parameters: Sequence[Tensor], side: int, channels: int, shared: int) -> LinearPhysics:
        count = int(side * side * (0.1 + 0.5 * (shared % 97) / 97))
        if side == 64:
            return SinglePixelCamera((side, side), count)
        rng = torch.Generator().manual_seed(shared)
        return CompressedSensing.random(count, (1, side, side), rng=rng)
