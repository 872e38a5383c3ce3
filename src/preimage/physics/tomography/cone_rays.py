"""From the geometry of a cone of rays to planes through a volume."""

import torch
from torch import Tensor

from preimage.kernels.rays.cone_slabs import ConeSlabs
from preimage.physics.tomography.geometry import ConeBeam
from preimage.physics.tomography.rays import axes_of, slabs_of

__all__ = ["cone_slabs_of", "row_heights"]


def cone_slabs_of(geometry: ConeBeam, shape: tuple[int, int, int], pixel: float) -> ConeSlabs:
    """The borders of the cells as planes through a volume of ``shape`` voxels of size ``pixel``.

    Raises:
        ArgumentError: the source is inside the volume, or as near as that.
    """
    slabs = slabs_of(geometry.fan, shape[1:], pixel)
    distance = geometry.source + geometry.detector
    along, ray = axes_of(geometry.fan)
    s = (torch.arange(geometry.bins, dtype=torch.float64) - (geometry.bins - 1) / 2) * geometry.spacing
    s = s + geometry.offset
    across, ahead = (s, torch.full_like(s, distance))
    if geometry.curved:
        across, ahead = distance * (s / distance).sin(), distance * (s / distance).cos()
    # How far each column is from the source along the pile of slabs.
    axis = torch.tensor([1 if rows else 0 for rows in slabs.along_rows])[:, None]
    reach = across * along.gather(1, axis) + ahead * ray.gather(1, axis)
    reach = torch.where(torch.tensor(slabs.flipped)[:, None], reach.flip(1), reach).abs()
    gain = 1 / reach
    heights = row_heights(geometry, geometry.rows + 1)
    base = torch.tensor(geometry.rises, dtype=torch.float64) / pixel + shape[0] / 2
    sizes = torch.tensor([shape[1] if rows else shape[2] for rows in slabs.along_rows], dtype=torch.float64)
    far = torch.maximum(slabs.scale[:, 0], slabs.scale[:, 0] + slabs.scale[:, 1] * (sizes - 1))
    tallest = (geometry.row_height * gain.amax(1) * far).max().item()
    return ConeSlabs(slabs, shape[0], heights, gain, base, tallest)


def row_heights(geometry: ConeBeam, count: int) -> Tensor:
    """The heights of the middles of the rows above the source, for one more than there are: of their borders."""
    return (torch.arange(count, dtype=torch.float64) - (count - 1) / 2) * geometry.row_height + geometry.row_offset
