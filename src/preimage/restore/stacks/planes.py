"""Planes of a stack as pictures, and back: values of any unit to about [0, 1], and the change of a picture to them."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

__all__ = ["ValueSpan", "find_span"]

_ENDS = (0.001, 0.999)


@dataclass(frozen=True)
class ValueSpan:
    """The values that become 0 and 1; others lie outside, and nothing is cut off.

    Attributes:
        low: what becomes 0.
        high: what becomes 1.
    """

    low: float
    high: float

    @property
    def width(self) -> float:
        """``high - low``, which is positive."""
        return self.high - self.low

    def pixels(self, plane: np.ndarray) -> Tensor:
        """A plane (H, W) or (H, W, C) as float32 (C, H, W); what is no number becomes 0."""
        scaled = (plane.astype(np.float64) - self.low) / self.width
        finite = np.where(np.isfinite(scaled), scaled, 0.0).astype(np.float32)
        return torch.from_numpy(finite.reshape(*plane.shape[:2], -1)).permute(2, 0, 1).contiguous()

    def changed(self, plane: np.ndarray, before: Tensor, after: Tensor) -> np.ndarray:
        """The values of a plane, float64, whose pixels went from ``before`` to ``after``.

        The change is added to the values as they are, so that one of nothing leaves them to the bit, however many
        digits they have. What is no number stays as it is.
        """
        change = (after.double() - before.double()).permute(1, 2, 0).reshape(plane.shape).numpy()
        values = plane.astype(np.float64)
        return np.where(np.isfinite(values), values + self.width * change, values)


def find_span(values: np.ndarray) -> ValueSpan:
    """The span of finite values but for one in a thousand at either end: single hot pixels do not count.

    It begins at zero where no value is negative and zero is near: light begins there.
    """
    there = values[np.isfinite(values)].astype(np.float64)
    if not there.size:
        return ValueSpan(0.0, 1.0)
    low, high = (float(end) for end in np.quantile(there, _ENDS))
    if high <= low:
        low, high = float(there.min()), float(there.max())
    if there.min() >= 0 and low < high / 4:
        low = 0.0
    return ValueSpan(low, high) if high > low else ValueSpan(low, low + 1.0)
