"""How far a denoised picture may be from the truth, pixel by pixel."""

from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.restore.frame.level import Level
from preimage.restore.frame.work import HalfWidths
from preimage.sampling.uncertainty.tweedie import Directions, expected_error
from preimage.zoo import Weights

__all__ = ["PROBES", "error_factor", "half_widths"]

PROBES = 4
"""Passes through the denoiser that an error map takes, beside the one for the picture."""

SHARE = 0.9


def half_widths(solve: Callable[[Tensor], Tensor], y: Tensor, level: Level, x: Tensor, row: Weights) -> HalfWidths:
    """Within how much of ``x`` the truth lies with a probability of 90 %, for each pixel and channel, in [0, 1].

    Args:
        solve: what made ``x`` of ``y``.
        y: the noisy picture (1, C, H, W).
        level: its noise.
        x: the restored picture.
        row: the row of the denoiser's weights, which has the factors found on pictures whose truth is known.

    Raises:
        ArgumentError: there are no such factors.
    """
    factor = error_factor(row, level.value)
    if not level.value:
        return HalfWidths(torch.zeros_like(x), factor, SHARE, PROBES)
    sigma = torch.full_like(x, level.value)
    notes: tuple[str, ...] = ()
    if level.light is not None:
        sigma = (level.light.gain * x.clamp_min(0) + level.light.sigma**2).sqrt()
        notes = ("the error map is calibrated for noise that is even; this one grows with brightness",)
    expected = expected_error(solve, y, x, sigma, Directions(PROBES))
    return HalfWidths((factor * expected).clamp(0, 1), factor, SHARE, PROBES, notes)


def error_factor(row: Weights, level: float) -> float:
    """The factor for noise of ``level``, between those of the table on straight lines, beyond them the nearest.

    Raises:
        ArgumentError: the weights have none.
    """
    table = sorted((float(name) / 255, factor) for name, factor in row.error_factors.items())
    if not table:
        raise ArgumentError(
            f"`error_map` must be left out for {row.name}, got it; these weights were not calibrated: "
            "drunet-grey-compact and drunet-color-compact are."
        )
    if level <= table[0][0]:
        return table[0][1]
    for (low, first), (high, last) in pairwise(table):
        if level <= high:
            return first + (level - low) / (high - low) * (last - first)
    return table[-1][1]
