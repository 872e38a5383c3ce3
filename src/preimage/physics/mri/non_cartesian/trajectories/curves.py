"""Curves through k-space that turn while they go outwards."""

import math

import torch
from torch import Tensor

from preimage._ranges import check_count, check_level

__all__ = ["cones", "rosette", "spiral"]

_GOLDEN = math.pi * (3 - math.sqrt(5))  # the angle between neighbouring leaves of a plant


def spiral(shots: int, samples: int, turns: float, power: float = 1.0) -> Tensor:
    """Spirals from the middle outwards: ``0.5 t^power`` cycles per pixel at the angle ``2 pi (turns t + s / shots)``.

    ``t`` runs from 0 to 1. With ``power=1`` (Archimedes) neighbouring arms are ``0.5 / (turns shots)`` apart, so that
    ``turns * shots >= n / 2`` fill a field of view of ``n`` pixels; larger powers are denser in the middle.

    Args:
        shots: interleaves, turned against each other.
        samples: samples of each.
        turns: revolutions of each, > 0.
        power: the exponent of the radius, > 0.

    Shapes: (shots, samples, 2), float64.

    Raises:
        ArgumentError: a number is out of its range.
    """
    check_level("turns", turns, "give the number of revolutions")
    check_level("power", power, "1 is a spiral of equal distances")
    t, turned = _times(shots, samples)
    return _polar(0.5 * t**power, 2 * math.pi * (turns * t + turned))


def rosette(shots: int, samples: int, oscillations: float, rotations: float) -> Tensor:
    """Petals through the middle: ``0.5 sin(2 pi oscillations t)`` at the angle ``2 pi (rotations t + s / shots)``.

    ``t`` runs from 0 to 1. The middle is met twice in every oscillation.

    Args:
        shots: curves, turned against each other.
        samples: samples of each.
        oscillations: from the middle to both sides and back, > 0.
        rotations: revolutions of the direction, > 0.

    Shapes: (shots, samples, 2), float64.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Noll, "Multishot rosette trajectories for spectrally selective MR imaging", IEEE Transactions on Medical
    Imaging 16, 1997.
    """
    check_level("oscillations", oscillations, "give the number of oscillations")
    check_level("rotations", rotations, "give the number of revolutions")
    t, turned = _times(shots, samples)
    return _polar(0.5 * (2 * math.pi * oscillations * t).sin(), 2 * math.pi * (rotations * t + turned))


def cones(shots: int, samples: int, turns: float) -> Tensor:
    """Spirals on cones around the first axis, from the middle outwards, in three dimensions.

    The cones divide the sphere evenly (the cosines of their angles are equidistant), and each starts a golden angle
    farther round than the one before. A cone makes ``turns`` revolutions times the sine of its angle, so that all are
    wound alike.

    Args:
        shots: cones.
        samples: samples of each.
        turns: revolutions in the plane across the axis, > 0.

    Shapes: (shots, samples, 3), float64; the axis comes first.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Irarrazabal and Nishimura, "Fast three dimensional magnetic resonance imaging", Magnetic Resonance in
    Medicine 33, 1995.
    """
    check_level("turns", turns, "give the number of revolutions")
    t, _ = _times(shots, samples)
    cone = torch.arange(shots, dtype=torch.float64)[:, None]
    along = 1 - (2 * cone + 1) / shots
    across = (1 - along.square()).sqrt()
    plane = _polar(0.5 * t * across, 2 * math.pi * turns * across * t + _GOLDEN * cone)
    return torch.cat([(0.5 * t * along)[..., None], plane], -1)


def _times(shots: int, samples: int) -> tuple[Tensor, Tensor]:
    """Times in [0, 1], (1, samples), and parts of a turn, (shots, 1)."""
    check_count("shots", shots, "give the number of curves")
    check_count("samples", samples, "give the number of samples of a curve, at least 2", least=2)
    t = torch.linspace(0, 1, samples, dtype=torch.float64)[None]
    return t, torch.arange(shots, dtype=torch.float64)[:, None] / shots


def _polar(radius: Tensor, angle: Tensor) -> Tensor:
    return torch.stack([radius * angle.sin(), radius * angle.cos()], -1)
