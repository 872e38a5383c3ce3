"""A cone of rays through a volume, slab by slab, as numbers that kernels read."""

from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.kernels.rays.slabs import Slabs

__all__ = ["ConeSlabs"]


@dataclass(frozen=True)
class ConeSlabs:
    """The borders of detector cells, as planes through a volume of ``depth`` images.

    In the plane of the images the columns of the detector are bins of :class:`~preimage.kernels.rays.slabs.Slabs`. The
    plane of row border ``m`` meets column ``k`` on slab ``r`` at height ``base + heights[m] gain[k] (scale[0] + r
    scale[1])`` in voxels, voxel ``d`` reaching from ``d`` to ``d + 1``. What a cell measures of a slab is ``weights[k]
    tilt[m, k] / (scale[0] + r scale[1])^2`` times the sum of the voxels, each weighted by the area of it that lies in
    the cell.

    Attributes:
        slabs: the columns, in the plane of the images.
        depth: the number of images in the volume.
        heights: (M + 1,), equally spaced, ascending.
        gain: (V, K), in the order of the knots.
        base: (V,).
        tallest_cell: in voxels; the bound on the height of a cell at any slab.
    """

    slabs: Slabs
    depth: int
    heights: Tensor
    gain: Tensor
    base: Tensor
    tallest_cell: float

    @property
    def row_height(self) -> float:
        """The distance of neighbouring borders."""
        return (self.heights[1] - self.heights[0]).item()

    def tilt(self, views: slice = slice(None), dtype: torch.dtype = torch.float64) -> Tensor:
        """How much longer rays are than in the plane, over the height of their cell: (V, M, K), in the knots' order."""
        knots = self.slabs.knots[views]
        middle = ((self.heights[1:] + self.heights[:-1]) / 2)[:, None].to(dtype)
        gain, flat = self.gain[views, None].to(dtype), ((knots[:, 1:] + knots[:, :-1]) / 2)[:, None].to(dtype)
        return (1 + (middle * gain) ** 2 / (1 + flat**2)).sqrt() / (self.row_height * gain)
