"""Large pages of memory for large arrays."""

from collections.abc import MutableMapping

__all__ = ["take_large_pages"]


def take_large_pages(environment: MutableMapping[str, str]) -> None:
    """Let PyTorch ask Linux for pages of 2 MB where an array has more; to be called before PyTorch is imported.

    An array that is too large for what the process has kept is new to the system, which gives it pages of 4 kB, one at
    a time, when they are written first: that may take as long as the work on them. NumPy asks for large pages by
    itself, PyTorch where this variable says so. What the user has set stays.

    Args:
        environment: the variables of the process.
    """
    environment.setdefault("THP_MEM_ALLOC_ENABLE", "1")
