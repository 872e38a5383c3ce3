"""Clipped samples: where they are in a picture, and what they say."""

import math

import torch.nn.functional as F
from torch import Tensor

from preimage.physics.blur import Limits

__all__ = ["FEWEST", "clipping_note", "clipping_words", "grow", "limits_of", "reach_beside"]

FEWEST = 4
"""Fewer equal samples than these are no sign of clipping."""

_NEXT = 0.02  # of the picture's range, next to its largest value: fewer samples are there than at it if that clipped


def limits_of(y: Tensor) -> Limits:
    """The limits at which ``y`` was clipped; infinite where it was not.

    The largest value is a limit if at least four samples have it, and it is 1, the maximum of the file's type, or more
    samples have it than the next value and those in the next 2 % of the picture's range. The smallest is one likewise,
    with 0 for 1.
    """
    darkest, brightest = float(y.amin()), float(y.amax())
    if darkest == brightest:
        return Limits()
    return Limits(
        darkest if _is_limit(y - darkest, darkest == 0) else -math.inf,
        brightest if _is_limit(brightest - y, brightest == 1) else math.inf,
    )


def _is_limit(distance: Tensor, is_container: bool) -> bool:
    """Whether samples at ``distance`` zero from an extreme value were clipped."""
    count = int((distance == 0).sum())
    if count < FEWEST or is_container:
        return count >= FEWEST
    reach = reach_beside(float(distance.amax()), float(distance[distance > 0].amin()))
    return count > int((distance <= reach).sum()) - count


def reach_beside(most: float, least: float) -> float:
    """How far from an extreme value its neighbours are: a part of the range ``most``, or the ``least`` distance."""
    return max(_NEXT * most, least)


def clipping_note(y: Tensor) -> tuple[str, ...]:
    """What the user should know of clipped samples in ``y``; nothing where there are none."""
    limits = limits_of(y)
    if not limits.any:
        return ()
    high, low = int((y >= limits.high).sum()), int((y <= limits.low).sum())
    return clipping_words(high, low, y.numel())


def clipping_words(high: int, low: int, samples: int) -> tuple[str, ...]:
    """What the user should know of so many clipped samples among all."""
    share = 100 * (high + low) / samples
    return (
        f"{high} samples are clipped at the brightest and {low} at the darkest value ({share:.2g} % of all): they are "
        "taken for bounds, not for measurements, and the result is clipped to the same values",
    )


def grow(clipped: Tensor, like: Tensor) -> Tensor:
    """The pixels of ``like`` that lie under the ``clipped`` samples of a measurement as large or coarser."""
    if clipped.shape[-2:] == like.shape[-2:]:
        return clipped
    return F.interpolate(clipped.to(like), size=like.shape[-2:], mode="nearest") > 0
