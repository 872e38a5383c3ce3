"""Pictures cut to a size."""

from dataclasses import dataclass

import torch

from preimage._ranges import check_count
from preimage.degradations.step import DrawnStep, Pair, Step
from preimage.errors import ShapeError

__all__ = ["CropStep", "DrawnCrop"]


@dataclass(frozen=True)
class DrawnCrop(DrawnStep):
    """Both pictures, which have one size, cut to a square from their middle, or to a multiple of a number.

    Args:
        size: side of the square; a picture that is smaller keeps its side. 0 for no square.
        multiple: rows and columns beyond a multiple of it are cut off at the bottom and on the right, >= 1.
    """

    size: int = 0
    multiple: int = 1

    def apply(self, pair: Pair) -> Pair:
        """Cut both.

        Raises:
            ShapeError: a side is smaller than ``multiple``, or the two pictures differ in size.
        """
        height, width = pair.clean.shape[-2:]
        if pair.degraded.shape[-2:] != (height, width):
            raise ShapeError(f"`size` must be None where a pipeline changes the scale, got {self.size}; crop before.")
        top, bottom = self._part(height)
        left, right = self._part(width)
        degraded, clean = (picture[..., top:bottom, left:right] for picture in pair)
        return Pair(degraded, degraded if pair.clean is pair.degraded else clean)

    def _part(self, side: int) -> tuple[int, int]:
        if side < self.multiple:
            raise ShapeError(
                f"`image` must have sides of at least {self.multiple} pixels, got {side}; give a larger one."
            )
        length = min(self.size, side) if self.size else side
        length -= length % self.multiple
        start = (side - length) // 2 if self.size else 0
        return start, start + length


@dataclass(frozen=True)
class CropStep(Step):
    """Rows and columns beyond a multiple of ``multiple`` are cut off both pictures, at the bottom and on the right.

    Args:
        multiple: at least 1.

    Raises:
        ArgumentError: ``multiple`` is below one.
    """

    multiple: int

    def __post_init__(self) -> None:
        check_count("multiple", self.multiple, "give the factor of the scale")

    def draw(self, rng: torch.Generator) -> tuple[DrawnStep, ...]:
        """The same in every draw."""
        return (DrawnCrop(multiple=self.multiple),)
