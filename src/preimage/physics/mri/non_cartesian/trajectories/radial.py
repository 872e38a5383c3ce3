"""Straight lines through the middle of k-space."""

import math

import torch
from torch import Tensor

from preimage._ranges import check_count

__all__ = ["golden_angle", "radial"]


def radial(shots: int, samples: int) -> Tensor:
    """Lines at equal angles over half a turn, ``s pi / shots`` for the line ``s``.

    Each runs through the middle at index ``samples // 2``, in steps of ``1 / samples`` cycles per pixel. The angle is
    that from the last axis of the image to the first. ``shots >= pi / 2 * n`` lines fill a field of view of ``n``
    pixels, ``samples >= n`` keep what lies outside of it from folding in along the lines.

    Args:
        shots: lines.
        samples: samples of each.

    Shapes: (shots, samples, 2), float64.

    Raises:
        ArgumentError: a number is less than one.
    """
    check_count("shots", shots, "give the number of lines")
    return _lines(torch.arange(shots, dtype=torch.float64) * math.pi / shots, samples)


def golden_angle(shots: int, samples: int, tiny: int = 1) -> Tensor:
    """Lines that each turn by the golden angle, so that any number of neighbours fills k-space evenly.

    The angle is ``pi / (g + tiny - 1)`` with the golden ratio ``g``: 111.2 degrees, or, for larger ``tiny``, the
    small golden angles (68.8, 49.8, ... 23.6 for 7), at which gradients change less from line to line.

    Args:
        shots, samples: as in :func:`radial`.
        tiny: which of the angles, >= 1.

    Shapes: (shots, samples, 2), float64.

    Raises:
        ArgumentError: a number is less than one.

    Source: Winkelmann, Schaeffter, Koehler, Eggers, Doessel, IEEE Transactions on Medical Imaging 26, 2007; Wundrak,
    Paul, Ulrici, Hell, Rasche, IEEE Transactions on Medical Imaging 34, 2015.
    """
    check_count("shots", shots, "give the number of lines")
    check_count("tiny", tiny, "1 is the golden angle")
    step = math.pi / ((1 + math.sqrt(5)) / 2 + tiny - 1)
    return _lines(torch.arange(shots, dtype=torch.float64) * step % (2 * math.pi), samples)


def _lines(angles: Tensor, samples: int) -> Tensor:
    check_count("samples", samples, "give the number of samples of a line")
    radius = (torch.arange(samples, dtype=torch.float64) - samples // 2) / samples
    direction = torch.stack([angles.sin(), angles.cos()], -1)
    return radius[:, None] * direction[:, None]
