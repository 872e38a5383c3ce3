"""The fully sampled centre of k-space, and the sensitivities that follow from it."""

import numpy as np
import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.physics import coils

__all__ = ["calibration_size", "estimated_maps"]

_WANTED = {2: 24, 3: 16}  # samples along an axis
_KERNEL = {2: 6, 3: 5}
_LEAST = 4


def calibration_size(mask: np.ndarray, most: int | None = None) -> tuple[int, ...]:
    """The sides of the largest block of samples around the zero frequency that were all taken, at most ``most``.

    Sides grow in turn, the shorter ones first; a block of side ``n`` begins at ``floor(N / 2) - floor(n / 2)``.

    Args:
        mask: booleans, (rows, columns) or (slices, rows, columns).
        most: the longest side wanted, 24 in slices and 16 in volumes by default.
    """
    most = _WANTED[mask.ndim] if most is None else most
    if not mask[tuple(n // 2 for n in mask.shape)]:
        return (0,) * mask.ndim
    sides, grows = [1] * mask.ndim, True
    while grows:
        grows = False
        for axis in sorted(range(mask.ndim), key=lambda index: sides[index]):
            longer = [side + (index == axis) for index, side in enumerate(sides)]
            if longer[axis] <= min(most, mask.shape[axis]) and bool(mask[_block(mask.shape, longer)].all()):
                sides, grows = longer, True
                break
    return tuple(sides)


def estimated_maps(y: Tensor, mask: np.ndarray) -> Tensor:
    """Sensitivities (1, coils, ...) by ESPIRiT from k-space ``y`` (1, coils, ...); ones for a single coil.

    Args:
        y: k-space.
        mask: the samples that were taken, of the shape of an image.

    Raises:
        ArgumentError: the centre of k-space was not sampled.
    """
    if y.shape[1] == 1:
        return torch.ones_like(y)
    sides = calibration_size(mask)
    if min(sides) < _LEAST:
        told = "x".join(map(str, sides))
        raise ArgumentError(
            f"`maps` must be given where the centre of k-space was not sampled, got a full block of {told} only; name "
            "a file of sensitivities."
        )
    centre = y[(slice(None), slice(None), *_block(tuple(y.shape[2:]), sides))]
    return coils.espirit(centre, tuple(y.shape[2:]), min(_KERNEL[mask.ndim], *sides))


def _block(shape: tuple[int, ...], sides: tuple[int, ...] | list[int]) -> tuple[slice, ...]:
    return tuple(slice(n // 2 - side // 2, n // 2 - side // 2 + side) for n, side in zip(shape, sides, strict=True))
