"""How learning rates follow the steps of a training."""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass

__all__ = ["Cosine", "RateSchedule", "WarmupStableDecay"]


class RateSchedule(ABC):
    """A number of ``steps``, and a factor on the learning rates at each of them."""

    steps: int

    @abstractmethod
    def at(self, step: int) -> float:
        """The factor at ``step`` in [0, steps)."""


@dataclass(frozen=True)
class WarmupStableDecay(RateSchedule):
    """Learning-rate factor: up over ``warmup`` steps, constant, then linearly to zero over the last ``decay`` share.

    A run that is still on its plateau can be given more ``steps`` and continues as if it had been so from the start.
    """

    steps: int
    warmup: int = 100
    decay: float = 0.3

    def at(self, step: int) -> float:
        """The factor at ``step`` in [0, steps)."""
        left = (self.steps - step) / max(1.0, self.decay * self.steps)
        return max(0.0, min(1.0, (step + 1) / self.warmup, left))


@dataclass(frozen=True)
class Cosine(RateSchedule):
    """Learning-rate factor: up over ``warmup`` steps, and from one to zero along half a period of a cosine.

    Args:
        steps: the number of steps.
        warmup: the steps of the rise, at least 1; ``1`` is none.
    """

    steps: int
    warmup: int = 1

    def at(self, step: int) -> float:
        """The factor at ``step`` in [0, steps)."""
        return min(1.0, (step + 1) / self.warmup) * (1 + math.cos(math.pi * step / self.steps)) / 2
