"""Levels whose roots are equally spaced."""

from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.sampling.schedule.base import NoiseSchedule

__all__ = ["PowerSchedule"]


@dataclass(frozen=True)
class PowerSchedule(NoiseSchedule):
    """``sigma_i = (s_max + i / (n - 1) (s_min - s_max))^rho`` with ``s = sigma^(1 / rho)``, i = 0..n-1, and then zero.

    The larger ``rho``, the denser the levels near zero; the limit of large ``rho`` is geometric.

    Args:
        sigma_max: the first level, in image units; it has to be well above the spread of the images, or the start is
            not what the sampler takes it for.
        sigma_min: the last level before zero, ``sigma_max > sigma_min > 0``.
        rho: > 0.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Karras, Aittala, Aila, Laine, NeurIPS 2022, equation 5.
    """

    sigma_max: float = 40.0
    sigma_min: float = 0.002
    rho: float = 7.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (self.sigma_max > self.sigma_min > 0 and self.rho > 0):
            raise ArgumentError(
                "`sigma_max` > `sigma_min` > 0 and `rho` > 0 must hold, got "
                f"{self.sigma_max}, {self.sigma_min} and {self.rho}; start above the spread of the images."
            )

    def sigmas(self) -> Tensor:
        """``steps + 1`` levels in image units, float64: falling, the last one zero."""
        ends = torch.tensor([self.sigma_max, self.sigma_min], dtype=torch.float64) ** (1 / self.rho)
        levels = torch.lerp(ends[0], ends[1], torch.linspace(0, 1, self.steps, dtype=torch.float64)) ** self.rho
        return torch.cat([levels, torch.zeros(1, dtype=torch.float64)])
