"""Compression by JPEG."""

from dataclasses import dataclass

import torch

from preimage.degradations.draws import draw_integer, require_range
from preimage.degradations.step import DrawnStep, Pair, Step
from preimage.errors import ArgumentError
from preimage.physics import JPEG

__all__ = ["DrawnJPEG", "JPEGStep"]


@dataclass(frozen=True)
class DrawnJPEG(DrawnStep):
    """What a JPEG file of 8 bits with colours at half the resolution (4:2:0) leaves: :class:`preimage.physics.JPEG`.

    Args:
        quality: 1 to 100.

    Raises:
        ArgumentError: the quality is none.
    """

    quality: int

    def __post_init__(self) -> None:
        if not 1 <= self.quality <= 100:
            raise ArgumentError(f"`quality` must be from 1 to 100, got {self.quality}; 75 is the usual one.")

    def apply(self, pair: Pair) -> Pair:
        """Compress the degraded picture, which is grey or RGB."""
        return pair._replace(degraded=JPEG(self.quality).A(pair.degraded))


@dataclass(frozen=True)
class JPEGStep(Step):
    """Compression with a random quality.

    Args:
        quality: the least and the largest, whole numbers in 1..100.

    Raises:
        ArgumentError: the range is none.
    """

    quality: tuple[int, int] = (30, 95)

    def __post_init__(self) -> None:
        require_range(self.quality, "quality", 1)
        DrawnJPEG(self.quality[1])

    def draw(self, rng: torch.Generator) -> tuple[DrawnStep, ...]:
        """Draw the quality, each as likely."""
        return (DrawnJPEG(draw_integer(self.quality, rng)),)
