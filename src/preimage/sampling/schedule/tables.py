"""Levels of processes that shrink the image while they add noise."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.sampling.schedule.base import NoiseSchedule

__all__ = ["CosineSchedule", "DDPMSchedule", "FlowSchedule", "VPSchedule", "ddpm_sigmas"]


def ddpm_sigmas(first: float = 1e-4, last: float = 0.02, times: int = 1000) -> Tensor:
    """The levels of DDPM: ``sqrt((1 - a_t) / a_t)`` with ``a_t`` the product of ``1 - beta`` up to t = 1..times.

    Args:
        first, last: the ends of the straight line of ``beta``, 0 < first < last < 1.
        times: how many.

    Returns:
        (times,), float64, rising.

    Source: Ho, Jain, Abbeel, NeurIPS 2020, section 4.
    """
    kept = (1 - torch.linspace(first, last, times, dtype=torch.float64)).cumprod(0)
    return ((1 - kept) / kept).sqrt()


@dataclass(frozen=True)
class DDPMSchedule(NoiseSchedule):
    """``steps`` of the levels of DDPM, equally spaced in its time and with the highest, and then zero.

    Args:
        first, last: the ends of the straight line of ``beta``.
        times: how many levels the table has, at least ``steps``.

    Raises:
        ArgumentError: there are fewer levels than steps.

    Source: Ho, Jain, Abbeel, NeurIPS 2020, section 4.
    """

    first: float = 1e-4
    last: float = 0.02
    times: int = 1000

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.steps > self.times:
            raise ArgumentError(f"`steps` must be at most `times`, {self.times}, got {self.steps}; take fewer.")

    def sigmas(self) -> Tensor:
        """``steps + 1`` levels in image units, float64: falling, the last one zero."""
        chosen = torch.linspace(self.times, self.times / self.steps, self.steps, dtype=torch.float64).round().long()
        levels = ddpm_sigmas(self.first, self.last, self.times)[chosen - 1]
        return torch.cat([levels, torch.zeros(1, dtype=torch.float64)])


@dataclass(frozen=True)
class VPSchedule(NoiseSchedule):
    """``sigma = sqrt(exp(b t + (B - b) t^2 / 2) - 1)`` at equal steps of ``t`` from 1 to ``end``, and then zero.

    Args:
        low, high: ``b`` and ``B``, the rates of noise at time 0 and 1, ``0 <= b < B``.
        end: the last time before zero, in (0, 1).

    Raises:
        ArgumentError: a number is out of its range.

    Source: Song et al., ICLR 2021, equation 32.
    """

    low: float = 0.1
    high: float = 20.0
    end: float = 1e-3

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (0 <= self.low < self.high and 0 < self.end < 1):
            raise ArgumentError(
                "0 <= `low` < `high` and 0 < `end` < 1 must hold, got "
                f"{self.low}, {self.high} and {self.end}; the publication has 0.1, 20 and 1e-3."
            )

    def sigmas(self) -> Tensor:
        """``steps + 1`` levels in image units, float64: falling, the last one zero."""
        t = torch.linspace(1, self.end, self.steps, dtype=torch.float64)
        levels = (self.low * t + 0.5 * (self.high - self.low) * t.square()).expm1().sqrt()
        return torch.cat([levels, torch.zeros(1, dtype=torch.float64)])


@dataclass(frozen=True)
class CosineSchedule(NoiseSchedule):
    """``sigma = tan(pi / 2 (t + s) / (1 + s))`` at equal steps of ``t`` from ``begin`` to 0, and then zero.

    Args:
        begin: the first time, in (0, 1): at 1 there would be nothing but noise.
        shift: ``s`` >= 0, which keeps the levels at small times from falling too fast.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Nichol, Dhariwal, ICML 2021, equation 17.
    """

    begin: float = 0.99
    shift: float = 0.008

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (0 < self.begin < 1 and self.shift > 0):
            raise ArgumentError(f"0 < `begin` < 1 and `shift` > 0 must hold, got {self.begin} and {self.shift}.")

    def sigmas(self) -> Tensor:
        """``steps + 1`` levels in image units, float64: falling, the last one zero."""
        t = torch.linspace(self.begin, 0, self.steps, dtype=torch.float64)
        levels = (0.5 * math.pi * (t + self.shift) / (1 + self.shift)).tan()
        return torch.cat([levels, torch.zeros(1, dtype=torch.float64)])


@dataclass(frozen=True)
class FlowSchedule(NoiseSchedule):
    """``sigma = t / (1 - t)`` at equal steps of ``t`` from ``begin`` down: the levels of ``(1 - t) x0 + t n``.

    Args:
        begin: the first time, in (0, 1): at 1 there would be nothing but noise.

    Raises:
        ArgumentError: ``begin`` is out of its range.

    Source: Liu, Gong, Liu, "Flow straight and fast", ICLR 2023; Lipman et al., "Flow matching", ICLR 2023.
    """

    begin: float = 0.99

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.begin < 1:
            raise ArgumentError(f"`begin` must be in (0, 1), got {self.begin}; 0.99 starts at a level of 99.")

    def sigmas(self) -> Tensor:
        """``steps + 1`` levels in image units, float64: falling, the last one zero."""
        t = torch.linspace(self.begin, 0, self.steps + 1, dtype=torch.float64)
        return t / (1 - t)
