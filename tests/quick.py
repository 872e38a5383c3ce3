"""Tests stay quick: what takes more of the processor than a limit fails, so that whoever adds it sees it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

__all__ = ["require_quick"]


@contextmanager
def require_quick(seconds: float | None) -> Iterator[None]:
    """Fail where the block takes more processor time, that of its processes included.

    Args:
        seconds: the limit, none by default. Processor time grows little on a busy machine, other than wall time.
    """
    start = sum(os.times()[:4])
    yield
    used = sum(os.times()[:4]) - start
    if seconds is not None and used > seconds:
        pytest.fail(
            f"The test took {used:.1f} s of the processor, more than the {seconds:g} s that a test may take; make "
            "sizes smaller, share what is expensive in a fixture of a wider scope, or mark it as slow.",
            pytrace=False,
        )
