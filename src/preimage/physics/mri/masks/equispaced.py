"""Columns at equal distances."""

import torch
from torch import Tensor

from preimage.physics.mri.masks.columns import ColumnMaskGenerator

__all__ = ["EquispacedMaskGenerator"]


class EquispacedMaskGenerator(ColumnMaskGenerator):
    """Columns at equal distances, from a random first one on, and the middle.

    With ``n`` of ``W`` columns in the middle the distance is ``acceleration (n - W) / (n acceleration - W)``, more than
    the acceleration, so that together they are ``W / acceleration``, up to the columns that fall on the middle.

    Shapes: ``mask`` (B, 1, H, W) or (B, 1, T, H, W).

    Source: Zbontar et al., "fastMRI: An open dataset and benchmarks for accelerated MRI", arXiv 1811.08839.
    """

    @property
    def numbers_of_frame(self) -> int:
        """One, for the first column, unless nothing but the middle is taken."""
        return int(self._rest > 0)

    def columns(self, u: Tensor) -> Tensor:
        """Every so many columns."""
        width = self.shape[-1]
        taken = torch.zeros(len(u), width, dtype=torch.bool)
        if self._rest <= 0:
            return taken
        distance = self.acceleration * (width - self._middle) / self._rest
        number = max(round(distance), 1)
        # There are few first columns: the pattern of each is made once.
        patterns = torch.zeros(number, width, dtype=torch.bool)
        for first in range(number):
            patterns[first, torch.arange(first, width - 1, distance, dtype=torch.float64).round().long()] = True
        return patterns[(u[:, 0] * number).long()]

    @property
    def _rest(self) -> float:
        return self.shape[-1] - self._middle * self.acceleration
