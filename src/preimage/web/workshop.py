"""What all visitors share: helpers, the line before the processor, bounds."""

import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from preimage._worker import Worker
from preimage.web.errand import Errand
from preimage.web.helper import Helper, Helpers
from preimage.web.limits import Bounds, in_plain_words
from preimage.web.line import Line

__all__ = ["Assignment", "Workshop", "reason_of"]

_TICK = 0.05


@dataclass(frozen=True)
class Workshop:
    """Where work is done."""

    helpers: Helpers
    line: Line
    bounds: Bounds


class Assignment(Worker):
    """One errand on its way, in a thread of its own: waiting, working, and then done, failed or cancelled.

    Args:
        workshop: where it is done.
        visitor: for whom.
        errand: what is to be done.
        again: whether the helper may be used again.
        gives_way: whether it may be ended for other work, for which a helper is made ready meanwhile.

    Attributes:
        state: ``waiting``, ``working``, ``done``, ``failed`` or ``cancelled``.
        reason: why it failed.
        seen: what was found in the pictures that were looked at.
        seconds: how long it has been at work.
    """

    def __init__(
        self, workshop: Workshop, visitor: str, errand: Errand, again: bool = False, gives_way: bool = False
    ) -> None:
        self.workshop = workshop
        self.visitor = visitor
        self.errand = errand
        self.again = again
        self.gives_way = gives_way
        self.state = "waiting"
        self.reason = ""
        self.seen: tuple[dict[str, Any], ...] = ()
        self.helper: Helper | None = None
        self.cancelled = threading.Event()
        self.began = 0.0
        self.seconds = 0.0
        self.thread = threading.Thread(target=self._run, daemon=True)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ("done", "failed", "cancelled")

    @property
    def share(self) -> float | None:
        """How much of it is done, in [0, 1], where that is known."""
        helper = self.helper
        return min(1.0, helper.done / helper.total) if helper is not None and helper.total else None

    def start(self) -> None:
        """Stand in the line before the processor."""
        self.thread.start()

    def cancel(self) -> None:
        """End it at once, wherever it is; returns when the computation has stopped."""
        self.cancelled.set()
        helper = self.helper
        if helper is not None and not self.is_over:
            helper.end()
        if self.thread.is_alive() and self.thread is not threading.current_thread():
            self.thread.join()

    def _run(self) -> None:
        with self.workshop.line.place(self.visitor, self.cancelled.is_set) as sharing:
            if not sharing:
                self.state = "cancelled"
                return
            helper = self.workshop.helpers.take()
            try:
                self.helper = helper
                self.began = time.monotonic()
                self.state = "working"
                helper.send(replace(self.errand, sharing=sharing))
                if self.gives_way:
                    self.workshop.helpers.fill()
                self._follow(helper)
            finally:
                self.workshop.helpers.give_back(helper, self.again and self.state == "done")

    def _follow(self, helper: Helper) -> None:
        most = 60 * self.workshop.bounds.minutes
        while not helper.wait(_TICK):
            self.seconds = time.monotonic() - self.began
            if self.cancelled.is_set():
                break
            if self.seconds > most:
                self.reason = f"It took longer than {self.workshop.bounds.minutes} minutes and was stopped."
                helper.end()
                self.state = "failed"
                return
        self.seconds = time.monotonic() - self.began
        self.seen = helper.seen
        if self.cancelled.is_set():
            helper.end()
            self.state = "cancelled"
        elif helper.status == 0:
            self.state = "done"
        else:
            self.reason = reason_of(helper, Path(self.errand.folder))
            self.state = "failed"


def reason_of(helper: Helper, folder: Path) -> str:
    """Why an errand failed, in plain words."""
    told = [line for line in helper.words if line.startswith("preimage: ")]
    if told:
        return in_plain_words(told[-1], folder)
    if helper.status is not None and helper.status < 0:
        return "The work ended before its time, perhaps for lack of memory. Try a smaller picture."
    return "The work ended with an error that nobody foresaw. Try another task or picture."
