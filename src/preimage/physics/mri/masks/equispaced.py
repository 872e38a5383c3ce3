"""Columns at equal distances."""

import torch
from torch import Tensor

from preimage.physics.mri.masks.columns import ColumnMaskGenerator
from preimage.physics.parameters.base import uniforms

__all__ = ["EquispacedMaskGenerator"]


class EquispacedMaskGenerator(ColumnMaskGenerator):
    """Columns at equal distances, from a random first one on, and the middle.

    With ``n`` of ``W`` columns in the middle the distance is ``acceleration (n - W) / (n acceleration - W)``, more than
    the acceleration, so that together they are ``W / acceleration``, up to the columns that fall on the middle.

    Shapes: ``mask`` (B, 1, H, W) or (B, 1, T, H, W).

    Source: Zbontar et al., "fastMRI: An open dataset and benchmarks for accelerated MRI", arXiv 1811.08839.
    """

    def columns(self, rng: torch.Generator | None) -> Tensor:
        """Every so many columns."""
        width, middle = self.shape[-1], self._middle
        taken = torch.zeros(width, dtype=torch.bool)
        rest = width - middle * self.acceleration
        if rest <= 0:  # nothing but the middle
            return taken
        distance = self.acceleration * (width - middle) / rest
        first = int(uniforms(1, rng).item() * max(round(distance), 1))
        taken[torch.arange(first, width - 1, distance, dtype=torch.float64).round().long()] = True
        return taken
