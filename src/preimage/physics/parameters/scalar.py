"""Random noise levels and gains."""

from typing import ClassVar

import torch
from torch import Tensor

from preimage.physics.parameters.base import ParameterGenerator, require_range, uniform_between

__all__ = ["GainGenerator", "SigmaGenerator"]


class _UniformNumber(ParameterGenerator):
    """One number for each image, uniform in ``[low, high)``."""

    name: ClassVar[str]

    def __init__(self, low: float, high: float) -> None:
        super().__init__()
        require_range((low, high), "low, high")
        self.low = low
        self.high = high

    @property
    def numbers(self) -> int:
        """A single one, for the value."""
        return 1

    @property
    def is_light(self) -> bool:
        """It is: a product and a sum."""
        return True

    def from_uniforms(self, u: Tensor) -> dict[str, Tensor]:
        """``low + (high - low) u``, as the parameter."""
        return {self.name: u[:, 0] * (self.high - self.low) + self.low}

    def draw_batch(self, batch: int, rng: torch.Generator | None) -> dict[str, Tensor]:
        """The same numbers in one operation."""
        return {self.name: uniform_between(self.low, self.high, batch, rng)}


class SigmaGenerator(_UniformNumber):
    """``sigma`` uniform in ``[low, high)``: the noise level of :class:`preimage.physics.GaussianNoise`.

    Args:
        low, high: standard deviations in image units, 0 <= low <= high.

    Shapes: ``sigma`` (B,).

    Raises:
        ArgumentError: the range is empty, or reaches below zero or to infinity.
    """

    name = "sigma"

    def __init__(self, low: float = 0.0, high: float = 50 / 255) -> None:
        super().__init__(low, high)


class GainGenerator(_UniformNumber):
    """``gain`` uniform in ``[low, high)``: the image units per count of :class:`preimage.physics.PoissonNoise`.

    Args:
        low, high: image units per count, 0 <= low <= high.

    Shapes: ``gain`` (B,).

    Raises:
        ArgumentError: the range is empty, or reaches below zero or to infinity.
    """

    name = "gain"

    def __init__(self, low: float = 0.001, high: float = 0.1) -> None:
        super().__init__(low, high)
