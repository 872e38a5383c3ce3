"""Single random numbers of a pipeline, and the checks of their ranges."""

from collections.abc import Sequence

import torch

from preimage.errors import ArgumentError
from preimage.physics.parameters.base import require_range

__all__ = ["Range", "check_probability", "draw_index", "draw_integer", "draw_number", "draw_seed", "require_range"]

Range = tuple[float, float]


def draw_number(bounds: Range, rng: torch.Generator) -> float:
    """Uniform between two bounds."""
    low, high = bounds
    return low + (high - low) * torch.rand((), generator=rng, dtype=torch.float64).item()


def draw_integer(bounds: tuple[int, int], rng: torch.Generator) -> int:
    """A whole number from ``low`` to ``high``, each as likely."""
    return int(torch.randint(bounds[0], bounds[1] + 1, (), generator=rng))


def draw_index(weights: Sequence[float], rng: torch.Generator) -> int:
    """The place of one of the ``weights``, each as likely as it is large."""
    total, point = 0.0, draw_number((0.0, sum(weights)), rng)
    for index, weight in enumerate(weights):
        total += weight
        if point < total:
            return index
    return max(index for index, weight in enumerate(weights) if weight > 0)


def draw_seed(rng: torch.Generator) -> int:
    """A seed for the noise of one step; sample ``b`` of a batch takes the seed plus ``b``."""
    return int(torch.randint(2**52, (), generator=rng))


def check_probability(name: str, value: float) -> None:
    """Require a number from 0 to 1.

    Raises:
        ArgumentError: it is not.
    """
    if not 0 <= value <= 1:
        raise ArgumentError(f"`{name}` must be from 0 to 1, got {value}; give a probability.")
