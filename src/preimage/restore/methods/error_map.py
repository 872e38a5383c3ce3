"""How far a denoised picture may be from the truth, pixel by pixel."""

import math
from collections.abc import Callable, Mapping
from itertools import pairwise

import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.restore.frame.level import Level
from preimage.restore.frame.work import HalfWidths
from preimage.sampling.uncertainty.tweedie import Directions, expected_error

__all__ = ["PROBES", "clipping_bias", "error_factor", "half_widths"]

PROBES = 4
"""Passes through the denoiser that an error map takes, beside the one for the picture."""

SHARE = 0.9


def half_widths(
    solve: Callable[[Tensor], Tensor], y: Tensor, level: Level, x: Tensor, factors: Mapping[str, float]
) -> HalfWidths:
    """Within how much of ``x`` the truth lies with a probability of 90 %, for each pixel and channel, in [0, 1].

    Args:
        solve: what made ``x`` of ``y``.
        y: the noisy picture (1, C, H, W).
        level: its noise.
        x: the restored picture.
        factors: those of the denoiser's weights, found on pictures whose truth is known.

    Raises:
        ArgumentError: there are no such factors.
    """
    factor = error_factor(factors, level.value)
    if not level.value:
        note = "no white noise was found, so the error map is zero; it knows nothing of other noise; --sigma tells it"
        return HalfWidths(torch.zeros_like(x), factor, SHARE, PROBES, () if level.origin == "given" else (note,))
    sigma = torch.full_like(x, level.value)
    if level.light is not None:
        sigma = level.light.variance(x).sqrt()
    notes = _doubts(level, max(map(float, factors)) / 255)
    widths = factor * expected_error(solve, y, x, sigma, Directions(PROBES))
    if bool((y >= 0).all() and (y <= 1).all()):
        widths = widths + clipping_bias(x, sigma)
    return HalfWidths(widths.clamp(0, 1), factor, SHARE, PROBES, notes)


def _doubts(level: Level, highest: float) -> tuple[str, ...]:
    """Why the map of a picture may not hold."""
    found = []
    if level.light is not None:
        found.append("the error map is calibrated for noise that is even; this one grows with brightness")
    if level.value > highest:
        found.append(f"the error map is calibrated for noise of up to {255 * highest:.0f}/255; this one is stronger")
    if level.origin != "given":
        found.append(
            "the error map holds for white noise of the level found; where noise goes on from pixel to pixel, as a "
            "camera's or in a JPEG, errors are larger"
        )
    return tuple(found)


def clipping_bias(x: Tensor, sigma: Tensor) -> Tensor:
    """How far a picture restored from noise that was clipped to [0, 1] is off near black and white, where it is ``x``.

    What a denoiser finds there is the mean of what was clipped, ``m(u) = E clip(u + sigma n)`` for the true value ``u``
    in [0, 1]; the bias is ``|x - u|`` with ``m(u) = x``, or with the end of [0, 1] where ``x`` is beyond ``m``.

    Args:
        x: the restored picture.
        sigma: the standard deviation of the noise, like ``x``, > 0.
    """
    low, high = torch.zeros_like(x), torch.ones_like(x)
    for _ in range(12):  # to 1 / 4096
        middle = 0.5 * (low + high)
        above = _clipped_mean(middle, sigma) > x
        low, high = torch.where(above, low, middle), torch.where(above, middle, high)
    return (x - 0.5 * (low + high)).abs()


def _clipped_mean(u: Tensor, sigma: Tensor) -> Tensor:
    a, b = -u / sigma, (1 - u) / sigma
    inside = torch.special.ndtr(b) - torch.special.ndtr(a)
    density = ((-0.5 * a.square()).exp() - (-0.5 * b.square()).exp()) / (2 * math.pi) ** 0.5
    return 1 - torch.special.ndtr(b) + u * inside + sigma * density


def error_factor(factors: Mapping[str, float], level: float) -> float:
    """The factor for noise of ``level``, between those of the table on straight lines, beyond them the nearest.

    Raises:
        ArgumentError: the weights have none.
    """
    table = sorted((float(name) / 255, factor) for name, factor in factors.items())
    if not table:
        raise ArgumentError(
            "`error_map` must be left out for these weights, got it; they were not calibrated: drunet-grey-compact and "
            "drunet-color-compact are."
        )
    if level <= table[0][0]:
        return table[0][1]
    for (low, first), (high, last) in pairwise(table):
        if level <= high:
            return first + (level - low) / (high - low) * (last - first)
    return table[-1][1]
