"""Limits of memory, checked before the work."""

from pathlib import Path

from preimage.blocks.memory import BASE_BYTES, room_for_blocks
from preimage.errors import ArgumentError, ImageFileError
from preimage.machine.memory import available_bytes, format_bytes, parse_bytes

__all__ = ["budget_of", "check_fits", "check_image_fits"]


def budget_of(memory: str | None) -> int | None:
    """Bytes that the user allows beside what the process takes before it reads anything; ``None`` for any number.

    Raises:
        ArgumentError: nothing is left.
    """
    return None if memory is None else room_for_blocks(parse_bytes(memory))


def check_fits(path: Path, needed: int, budget: int | None) -> None:
    """Refuse a file that needs more memory than there is, or than :func:`budget_of` the user's is.

    Raises:
        ImageFileError: it does.
    """
    there, name = (available_bytes(), "memory") if budget is None else (budget, "`memory`")
    before = 0 if budget is None else BASE_BYTES
    if needed > there:
        raise ImageFileError(
            f"`input` must fit in {name}, got {path}, which needs about {format_bytes(needed + before)} of "
            f"{format_bytes(there + before)}; take a part of it."
        )


def check_image_fits(needed: int, budget: int | None) -> None:
    """Refuse an image, and the work on it, that need more memory than there is, or than the user allows.

    Raises:
        ArgumentError: they do.
    """
    there = available_bytes() if budget is None else budget
    before = 0 if budget is None else BASE_BYTES
    if needed > there:
        raise ArgumentError(
            f"`size` must be of an image that fits in memory, got one that needs about "
            f"{format_bytes(needed + before)} of {format_bytes(there + before)}; reconstruct a smaller one."
        )
