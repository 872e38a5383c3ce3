"""Trajectories as the operator takes them."""

import math

from torch import Tensor

from preimage._ranges import holds_everywhere
from preimage.errors import ArgumentError, ShapeError

__all__ = ["as_trajectory", "check_trajectory"]

_SLACK = 1e-5  # points computed in single precision end a little beyond


def as_trajectory(trajectory: Tensor, dims: int) -> Tensor:
    """``trajectory`` as (1 or B, frames, samples, dims)."""
    if trajectory.ndim == 5:
        return trajectory.flatten(2, 3)
    if trajectory.ndim == 4:
        return trajectory.flatten(1, 2)[:, None]
    return trajectory.reshape(1, 1, -1, dims)


def check_trajectory(trajectory: Tensor, dims: int) -> None:
    """Require real frequencies in cycles per pixel, one for each of ``dims`` axes.

    Raises:
        ShapeError: another shape or a complex tensor.
        ArgumentError: a frequency beyond 0.5 cycles per pixel.
    """
    if not trajectory.is_floating_point() or not 2 <= trajectory.ndim <= 5 or trajectory.shape[-1] != dims:
        raise ShapeError(
            f"`trajectory` must be real, (samples, {dims}), (shots, samples, {dims}), or with one for each image "
            f"(B, shots, samples, {dims}), got {trajectory.dtype} {tuple(trajectory.shape)}; give a frequency for each "
            "axis of the image, in their order."
        )
    if not holds_everywhere(trajectory.abs() <= 0.5 + _SLACK):
        largest = float(trajectory.detach().abs().max())
        raise ArgumentError(
            f"`trajectory` must be in cycles per pixel, in [-0.5, 0.5], got {largest:.4g}; divide radians per pixel by "
            f"{2 * math.pi:.4f}, and cycles per field of view by the number of pixels."
        )
