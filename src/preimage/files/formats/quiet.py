"""Libraries in C that write to standard output and error by themselves, kept from it."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO

__all__ = ["quiet_decoder"]

_STREAMS = (1, 2)


@contextmanager
def quiet_decoder() -> Iterator[None]:
    """Standard output and error of the process are nowhere until the block ends: what a decoder says of a damaged file.

    OpenEXR tells of it by Python's own ``print``, LibRaw on standard error.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.flush()  # what is held back until here is the user's
    nowhere = os.open(os.devnull, os.O_WRONLY)
    kept = [os.dup(stream) for stream in _STREAMS]
    try:
        for stream in _STREAMS:
            os.dup2(nowhere, stream)
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            yield
    finally:
        for stream, old in zip(_STREAMS, kept, strict=True):
            os.dup2(old, stream)
            os.close(old)
        os.close(nowhere)
