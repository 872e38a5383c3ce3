"""Ctrl-C as a wish to end early."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["wish_to_end"]


@contextmanager
def wish_to_end() -> Iterator[Callable[[], bool]]:
    """While the block runs, the first Ctrl-C is but noted: what is yielded tells whether. The second interrupts.

    Only the main thread hears of Ctrl-C; in others, and where the process ignores it, nothing changes.
    """
    usual = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(usual):
        yield lambda: False
        return
    is_wished = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal is_wished
        if is_wished:
            usual(number, frame)
        is_wished = True

    signal.signal(signal.SIGINT, note)
    try:
        yield lambda: is_wished
    finally:
        signal.signal(signal.SIGINT, usual)
