"""A path in the plane, repeated in planes above each other."""

import torch
from torch import Tensor

from preimage._ranges import check_count
from preimage.errors import ShapeError

__all__ = ["stack_of"]


def stack_of(trajectory: Tensor, slices: int) -> Tensor:
    """``trajectory`` in ``slices`` planes at the frequencies ``(i - slices // 2) / slices`` of the first axis.

    Args:
        trajectory: (shots, samples, 2) in cycles per pixel.
        slices: planes; as many as the volume has slices fill k-space along the first axis.

    Shapes: (slices * shots, samples, 3), plane after plane.

    Raises:
        ShapeError: the trajectory has other dimensions.
        ArgumentError: there is no slice.
    """
    check_count("slices", slices, "give the number of planes")
    if trajectory.ndim != 3 or trajectory.shape[-1] != 2:
        raise ShapeError(
            f"`trajectory` must be (shots, samples, 2), got {tuple(trajectory.shape)}; give a path in the plane."
        )
    height = (torch.arange(slices, dtype=trajectory.dtype, device=trajectory.device) - slices // 2) / slices
    planes = trajectory.expand(slices, -1, -1, -1)
    first = height[:, None, None, None].expand(*planes.shape[:-1], 1)
    return torch.cat([first, planes], -1).flatten(0, 1)
