"""Ctrl-C, or SIGTERM, as a wish to end early."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["wish_to_end"]


@contextmanager
def wish_to_end() -> Iterator[Callable[[], bool]]:
    """While the block runs, the first Ctrl-C is but noted: what is yielded tells whether. The second interrupts.

    SIGTERM is noted as well where the process has a handler for it, as the command line has; else it ends the process.
    Only the main thread hears of signals; in others, and where the process ignores them, nothing changes.
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
