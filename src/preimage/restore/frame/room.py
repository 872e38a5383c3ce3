"""Memory that every picture takes, whatever restores it: to look at its noise, and to check what came back."""

import math
from collections.abc import Sequence

import torch

from preimage.errors import ArgumentError
from preimage.machine.memory import format_bytes

__all__ = ["BASE", "needed_room", "require_room"]

# Measured: Python with torch and the weights before the first picture (260 MB on Linux), and room for fragments.
BASE = 320_000_000
# Measured for 12 and 25 megapixels in colour: the picture, its result, their difference, what is kept, and fragments.
_PER_SAMPLE = 28


def needed_room(shape: Sequence[int]) -> int:
    """Bytes of the process for a picture (C, H, W)."""
    return BASE + _PER_SAMPLE * math.prod(shape)


def require_room(shapes: Sequence[torch.Size], budget: int | None) -> None:
    """Require as much for each of the pictures.

    Raises:
        ArgumentError: the ``budget`` is less.
    """
    for shape in shapes:
        if budget is not None and needed_room(shape) > budget:
            raise ArgumentError(
                f"`memory` must be at least {format_bytes(math.ceil(needed_room(shape) / 1e7) * 10_000_000)} to look "
                f"at a picture of {shape[2]}x{shape[1]}, got {format_bytes(budget)}; allow more, or crop it."
            )
