"""How much of a budget of memory is left for a block."""

from preimage.errors import ArgumentError
from preimage.machine.memory import format_bytes

__all__ = ["BASE_BYTES", "fits_whole", "room_for_blocks"]

# Measured: what a deconvolution of 1 GB took beside the room for its block (Python, torch, numba, zarr, fragments).
BASE_BYTES = 460_000_000


def fits_whole(needed: int, budget: int) -> bool:
    """Whether a process that takes ``needed`` bytes for its work stays within ``budget`` bytes in all."""
    return BASE_BYTES + needed <= budget


def room_for_blocks(budget: int, at_once: int = 1) -> int:
    """The bytes that one block may take where a process, or machine, may take ``budget``.

    Args:
        budget: bytes of all processes of one machine.
        at_once: how many blocks are computed at the same time, by a process each.

    Raises:
        ArgumentError: nothing is left.
    """
    processes = at_once if at_once == 1 else at_once + 1  # the one that waits for them
    room = (budget - BASE_BYTES * processes) // at_once
    if room <= 0:
        raise ArgumentError(
            f"`memory` must be over {format_bytes(BASE_BYTES * processes)} for {processes} "
            f"process{'es' if processes > 1 else ''}, got {format_bytes(budget)}; allow more."
        )
    return room
