"""Ctrl-C, or SIGTERM, as a wish to end a run early."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["interruptible"]


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Let the first Ctrl-C in the block end a run with the best result so far, and only the second one interrupt.

    The block gets a function that tells whether Ctrl-C has been pressed; a callback of :func:`preimage.solve.iterate`
    that asks it ends the run with ``Reason("interrupted", step)``. SIGTERM does the same where the process has a
    handler for it, as the command line has; else it ends the process. Signals reach the main thread only: in other
    threads, and where the process ignores signals, nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    usual = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    is_wished = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal is_wished
        handler = usual[signal.Signals(number)]
        if is_wished and callable(handler):
            handler(number, frame)
        is_wished = True

    heard = [number for number, handler in usual.items() if callable(handler)]
    for number in heard:
        signal.signal(number, note)
    try:
        yield lambda: is_wished
    finally:
        for number in heard:
            signal.signal(number, usual[number])
