"""How much of a budget of memory is left for a block."""

from preimage.errors import ArgumentError
from preimage.machine.memory import format_bytes

__all__ = ["BASE_BYTES", "room_for_blocks"]

# Measured: Python with torch, numba and zarr before the first block (300 MB on Linux), and room for fragments.
BASE_BYTES = 340_000_000


def room_for_blocks(budget: int, at_once: int = 1) -> int:
    """The bytes that one block may take where a process, or machine, may take ``budget``.

    Args:
        budget: bytes of all processes of one machine.
        at_once: how many processes there are, of a block each.

    Raises:
        ArgumentError: nothing is left.
    """
    room = budget // at_once - BASE_BYTES
    if room <= 0:
        raise ArgumentError(
            f"`memory` must be over {format_bytes(BASE_BYTES * at_once)} for {at_once} "
            f"process{'es' if at_once > 1 else ''}, got {format_bytes(budget)}; allow more."
        )
    return room
