"""Libraries in C that write to standard error by themselves, kept from it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["quiet_errors"]


@contextmanager
def quiet_errors() -> Iterator[None]:
    """Standard error of the process is nowhere until the block ends: what a decoder says of a damaged file."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
