"""What was measured, as problems that are solved one after the other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor
from typing_extensions import Self, override

from preimage.denoisers import estimate_sigma
from preimage.files import Layout
from preimage.physics import PET, GaussianNoise, LinearPhysics, Tomography
from preimage.reconstruct.frame.grid import Grid

__all__ = ["Acquisition", "CountsPiece", "Piece", "ViewsPiece"]

_LEAST = 1e-4
_TINY = 1e-12


def _as_it_is(image: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    return image, ()


@dataclass(frozen=True)
class Piece:
    """A measurement (B, C, ...) of B slices or volumes, and where it comes from.

    Attributes:
        y: the measurement.
        physics: where it comes from, with its noise where that is known.
        level: standard deviation of the noise of ``y``; 0 where nobody asked.
    """

    y: Tensor
    physics: LinearPhysics
    level: float = 0.0

    def first(self) -> Tensor:
        """A first image, with values that are about right."""
        return self.physics.A_dagger(self.y)

    def estimated_level(self) -> float:
        """The standard deviation of the noise of ``y``, from ``y`` itself."""
        raise NotImplementedError

    def with_level(self, level: float) -> Self:
        """The same with Gaussian noise of that level."""
        return replace(self, level=level, physics=self.physics.with_noise(GaussianNoise(level)))

    def gain(self) -> float:
        """No less than ``||A||^2``, for step sizes."""
        raise NotImplementedError

    def finish(self, x: Tensor) -> Tensor:
        """What is wanted of images (B, 1, ...) that a method found."""
        return x

    def to(self, device: torch.device) -> Self:
        """The same on another device."""
        return replace(self, y=self.y.to(device), physics=self.physics.to(device))


@dataclass(frozen=True)
class ViewsPiece(Piece):
    """The measurement of a tomograph, which has views."""

    physics: Tomography

    @override
    def first(self) -> Tensor:
        return self.physics.fbp(self.y, "hann")

    @override
    def estimated_level(self) -> float:
        """From sinograms, which are smooth; at least a ten-thousandth of the largest value."""
        sinograms = self.y if self.y.ndim == 4 else self.y[:, :, :, self.y.shape[3] // 2]
        return max(float(estimate_sigma(sinograms).median()), _LEAST * float(self.y.abs().max()), _TINY)


@dataclass(frozen=True)
class CountsPiece(Piece):
    """Counts of coincidences, whose noise is in the physics."""

    physics: PET


@dataclass(frozen=True)
class Acquisition:
    """All that a file holds of one object.

    Attributes:
        pieces: each makes the next part of the problem when it is called.
        shape: the shape of the image, (H, W), or (D, H, W).
        grid: where its voxels are.
        words: what was measured, in a line.
        usual: the method that is usual for it.
        facts: what was found out of the file, for the record.
        notes: what the user should know.
        as_stored: the image with the type of number and the order of axes that are wanted, and notes on that.
        layout: what the file tells of axes, units and more, which the result keeps; ``None``: only the grid is known.
    """

    pieces: Sequence[Callable[[], Piece]]
    shape: tuple[int, ...]
    grid: Grid
    words: str
    usual: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    as_stored: Callable[[np.ndarray], tuple[np.ndarray, tuple[str, ...]]] = _as_it_is
    layout: Layout | None = None
