"""Bounds on the pixels."""

import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage.errors import ArgumentError
from preimage.functional import Conjugable, Separable, Valued

__all__ = ["Box"]


class Box(Separable, Conjugable, Valued):
    """``g(x) = 0`` where ``low <= x_i <= high`` in every pixel, else infinite; the prox clamps, whatever its step.

    Args:
        low: lower bound, a float or (B,); ``None`` for none.
        high: upper bound, a float or (B,); ``None`` for none.

    Shapes: (B, ...), real.

    Raises:
        ArgumentError: a lower bound is above the upper one.

    Source: the definition.
    """

    def __init__(self, low: float | Tensor | None = 0.0, high: float | Tensor | None = 1.0) -> None:
        super().__init__()
        self.low = low
        self.high = high
        if low is not None and high is not None and bool((torch.as_tensor(low) > torch.as_tensor(high)).any()):
            raise ArgumentError(f"`low` must be at most `high`, got {low} and {high}; swap them.")

    def forward(self, x: Tensor) -> Tensor:
        """Zero or infinity for each sample, (B,)."""
        low, high = self._bounds(x)
        return torch.where(((x >= low) & (x <= high)).flatten(1).all(1), 0.0, torch.inf).to(x.dtype)

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        """``x`` clamped to the bounds."""
        return x.clamp(*self._bounds(x))

    def conjugate(self, z: Tensor) -> Tensor:
        """``sum_i max(low z_i, high z_i)``; infinite where ``z_i`` points to a side without bound."""
        low, high = self._bounds(z)
        # Where z is zero the sum is, also if the bound is infinite.
        return torch.where(z == 0, 0, z * torch.where(z > 0, high, low)).flatten(1).sum(1)

    def into_domain(self, z: Tensor) -> Tensor:
        """One where the conjugate is finite, else zero."""
        return self.conjugate(z).isfinite().to(z.dtype)

    def _bounds(self, like: Tensor) -> tuple[Tensor, Tensor]:
        low = -torch.inf if self.low is None else self.low
        high = torch.inf if self.high is None else self.high
        return per_image(low, like), per_image(high, like)
