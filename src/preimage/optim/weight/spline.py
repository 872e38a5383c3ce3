"""Natural cubic splines."""

from dataclasses import dataclass

import torch
from torch import Tensor
from typing_extensions import Self

__all__ = ["Spline"]


@dataclass(frozen=True)
class Spline:
    """The twice differentiable cubic interpolation of ``values`` at ``knots``, with zero second derivative at the ends.

    Attributes:
        knots: increasing, (n,), three or more.
        values: (n,).
        bends: second derivatives at the knots, (n,).
    """

    knots: Tensor
    values: Tensor
    bends: Tensor

    @classmethod
    def through(cls, knots: Tensor, values: Tensor) -> Self:
        """The spline through ``values`` at ``knots``."""
        h = knots.diff()
        inner = torch.diag((h[:-1] + h[1:]) / 3) + torch.diag(h[1:-1] / 6, 1) + torch.diag(h[1:-1] / 6, -1)
        bends = torch.linalg.solve(inner, (values.diff() / h).diff())
        return cls(knots, values, torch.cat([bends.new_zeros(1), bends, bends.new_zeros(1)]))

    def __call__(self, t: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The spline and its first two derivatives at ``t``."""
        i = torch.searchsorted(self.knots, t.contiguous(), right=True).clamp(1, len(self.knots) - 1) - 1
        h = self.knots[i + 1] - self.knots[i]
        a, b = (self.knots[i + 1] - t) / h, (t - self.knots[i]) / h
        left, right = self.bends[i], self.bends[i + 1]
        value = a * self.values[i] + b * self.values[i + 1] + ((a**3 - a) * left + (b**3 - b) * right) * h**2 / 6
        slope = (self.values[i + 1] - self.values[i]) / h + ((3 * b**2 - 1) * right - (3 * a**2 - 1) * left) * h / 6
        return value, slope, a * left + b * right
