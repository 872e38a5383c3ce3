"""Memory for a restoration: how large the tiles may be."""

import math

import torch

from preimage.denoisers import Denoiser
from preimage.errors import ArgumentError
from preimage.machine.memory import format_bytes
from preimage.restore.frame.room import BASE

__all__ = ["WORKSPACE", "choose_tile", "expected_bytes", "least_bytes"]

# Measured: what two threads of the convolutions hold beside the feature maps.
WORKSPACE = 160_000_000


def choose_tile(
    denoiser: Denoiser, shape: torch.Size, canvas: tuple[int, int], footprint: tuple[int, int], budget: int | None
) -> int:
    """The side of the tiles for a picture (C, H, W) so that the process stays within ``budget`` bytes.

    Without a budget it is the denoiser's own. How far the result depends on it, :class:`TiledDenoiser` says.

    Args:
        canvas: rows and columns of the unknown picture.
        footprint: bytes held while the denoiser runs, and at most between its runs, tiles aside.

    Raises:
        ArgumentError: the budget is too small for any tile.
    """
    if budget is None:
        return denoiser.traits.tile if max(canvas) <= denoiser.traits.tile else denoiser.usual_tile()
    needed, needs, longest = least_bytes(denoiser, canvas, footprint), denoiser.footprint(), max(canvas)
    if needed > budget:
        raise ArgumentError(
            f"`memory` must be at least {format_bytes(math.ceil(needed / 1e7) * 1e7)} for a picture of "
            f"{shape[2]}x{shape[1]}, got {format_bytes(budget)}; allow more, or crop it."
        )
    held = BASE + footprint[0] + WORKSPACE
    return next(side for side in range(longest, _least_tile(denoiser, canvas) - 1, -1) if held + needs(side) <= budget)


def least_bytes(denoiser: Denoiser, canvas: tuple[int, int], footprint: tuple[int, int]) -> int:
    """The memory of the process with the smallest tiles there are; see :func:`choose_tile`."""
    held, between = (BASE + size for size in footprint)
    return max(held + WORKSPACE + denoiser.footprint()(_least_tile(denoiser, canvas)), between)


def _least_tile(denoiser: Denoiser, canvas: tuple[int, int]) -> int:
    radius = denoiser.traits.receptive_radius
    reach = 4 * denoiser.traits.blend if radius is None else 2 * radius
    return min(reach + 3 * denoiser.traits.stride, max(canvas))


def expected_bytes(denoiser: Denoiser, tile: int, canvas: tuple[int, int], footprint: tuple[int, int]) -> int:
    """The memory of the process for a picture in tiles of that side; see :func:`choose_tile`."""
    held, between = (BASE + size for size in footprint)
    side = min(tile, max(canvas))
    return max(held + WORKSPACE + denoiser.footprint()(side), between)
