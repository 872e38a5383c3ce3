"""Ctrl-C, and SIGTERM, which here means the same."""

import importlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, ModuleType
from typing import NoReturn

__all__ = ["INTERRUPTED", "SIGNALS", "answering", "import_interruptibly", "leave", "leaving_at_once", "raise_interrupt"]

INTERRUPTED = 130
"""Exit status after Ctrl-C or SIGTERM."""

SIGNALS = (signal.SIGINT, signal.SIGTERM)

Handler = Callable[[int, FrameType | None], object]

_LINE = b"preimage: interrupted; nothing half-written is left.\n"


def raise_interrupt(number: int, frame: FrameType | None) -> None:
    """Do what Python does on Ctrl-C."""
    raise KeyboardInterrupt


@contextmanager
def answering(handler: Handler) -> Iterator[None]:
    """Answer the signals by ``handler`` while the block runs.

    A process that ignores Ctrl-C, as one that a shell has started in the background, goes on ignoring it. Only the main
    thread can hear signals: in others nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in SIGNALS}
    heard = [number for number, usual in before.items() if callable(usual) or usual is signal.SIG_DFL]
    for number in heard:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number in heard:
            signal.signal(number, before[number])


@contextmanager
def leaving_at_once() -> Iterator[None]:
    """End the process on a signal while the block runs, with a line and no traceback.

    It is for imports: an exception in the middle of one comes out of libraries as another, or is printed by them.
    """
    with answering(lambda number, frame: leave()):
        yield


def import_interruptibly(module: str) -> ModuleType:
    """Import ``module``, which takes seconds where it needs torch; a signal meanwhile ends the process."""
    with leaving_at_once():
        return importlib.import_module(module)


def leave() -> NoReturn:
    """End the process at once."""
    os.write(2, _LINE)
    os._exit(INTERRUPTED)
