"""The largest and smallest sample that a sensor can tell."""

import math
from typing import NamedTuple

from torch import Tensor

__all__ = ["Limits"]


class Limits(NamedTuple):
    """The samples that a sensor gives for what is darker or brighter than it can tell.

    A sample equal to ``high`` says that the scene was at least as bright there, one equal to ``low`` that it was at
    most as bright. All others are measurements.
    """

    low: float = -math.inf
    high: float = math.inf

    @property
    def any(self) -> bool:
        """Whether there are limits."""
        return self != Limits()

    def clipped(self, y: Tensor) -> Tensor:
        """Which samples of ``y`` are at a limit."""
        return (y >= self.high) | (y <= self.low)

    def beyond(self, y: Tensor, missing: Tensor) -> Tensor:
        """Which samples of ``y`` agree with the prediction ``y - missing`` because that is beyond their limit."""
        return ((y >= self.high) & (missing < 0)) | ((y <= self.low) & (missing > 0))

    def of(self, x: Tensor) -> Tensor:
        """``x`` clipped to the limits."""
        return x.clamp(self.low, self.high) if self.any else x
