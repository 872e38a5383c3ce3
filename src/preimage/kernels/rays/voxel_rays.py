"""Where the detector of a cone sees each voxel, as numbers that kernels read."""

from dataclasses import dataclass

from torch import Tensor

from preimage.kernels.rays.pixel_rays import PixelRays

__all__ = ["VoxelRays"]


@dataclass(frozen=True)
class VoxelRays:
    """Where the detector sees each voxel, for back-projection.

    In the plane of the source, voxel ``(d, i, j)`` is the pixel ``(i, j)`` of ``plane``, at the distance ``b``, or
    ``sqrt(a^2 + b^2)`` if the detector is curved; the detector sees it in row ``middle + lift (d - (depth - 1) / 2) /
    distance``.

    Attributes:
        plane: the rays in the plane of the source.
        depth: the number of images in the volume.
        lift: rows times distance, for one image of the volume.
        middle: the row in the plane of the source.
        seen: the pixels that are reconstructed, (H, W); others are zero.
    """

    plane: PixelRays
    depth: int
    lift: float
    middle: float
    seen: Tensor
