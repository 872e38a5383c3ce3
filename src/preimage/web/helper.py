"""Processes that do the work, so that it can be ended at once and leaves nothing in memory."""

import json
import os
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from preimage._worker import Worker
from preimage.web.errand import Errand

__all__ = ["Helper", "Helpers"]

_LINES = 20


class Helper(Worker):
    """A process that is given one errand after another.

    Args:
        command: how to start it.
        folder: where it begins, and has its temporary files.

    Attributes:
        done, total: how far the errand is; ``total`` is 0 where nobody knows.
        text: a few words on what is going on.
        status: the exit status of the errand that has ended; ``None`` while there is none.
        seen: what was found in the pictures that were looked at.
        words: the last lines for people.
    """

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        environment = {**os.environ, "TMPDIR": str(folder), "PREIMAGE_PROGRESS": "json"}
        self.process = subprocess.Popen(
            list(command), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=folder,
            env=environment, start_new_session=True, text=True, encoding="utf-8", errors="replace",
        )  # fmt: skip
        self.done = 0.0
        self.total = 0.0
        self.text = ""
        self.status: int | None = None
        self.seen: tuple[dict[str, Any], ...] = ()
        self.words: deque[str] = deque(maxlen=_LINES)
        self.changed = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self.process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process is there."""
        return self.process.poll() is None

    def send(self, errand: Errand) -> None:
        """Begin an errand; the one before has ended."""
        self.done, self.total, self.text, self.status, self.seen = 0.0, 0.0, "", None, ()
        self.words.clear()
        self.changed.clear()
        assert self.process.stdin is not None
        with suppress(OSError):  # it has ended, which is seen by its status
            self.process.stdin.write(errand.to_json() + "\n")
            self.process.stdin.flush()

    def wait(self, seconds: float) -> bool:
        """Wait for the end of the errand, at most so long; whether it has ended."""
        return self.changed.wait(seconds)

    def end(self) -> None:
        """End the process and all it has started, whatever it does, and wait until it is gone."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stderr):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def _listen(self) -> None:
        """Hear what the process tells until it ends."""
        assert self.process.stderr is not None
        with suppress(ValueError):  # closed by who ended it
            for line in self.process.stderr:
                self._hear(line.rstrip("\n"))
        if self.status is None:
            self.status = self.process.wait()
            self.changed.set()

    def _hear(self, line: str) -> None:
        values: Any = None
        with suppress(ValueError):
            values = json.loads(line)
        if not isinstance(values, dict):
            self.words.append(line)
        elif "finished" in values:
            self.seen, self.status = tuple(values["seen"]), values["finished"]
            self.changed.set()
        elif "done" in values:
            self.done, self.total, self.text = values["done"], values["total"] or 0.0, values["text"]


class Helpers(Worker):
    """Helpers that are ready, because it takes seconds until one is.

    Args:
        command: how to start one.
        folder: where they begin.
        spare: how many wait for work.
    """

    def __init__(self, command: Sequence[str], folder: Path, spare: int = 1) -> None:
        self.command = tuple(command)
        self.folder = folder
        self.spare = spare
        self.lock = threading.Lock()
        self.waiting: list[Helper] = []
        self.away: list[Helper] = []
        self.over = False

    def fill(self) -> None:
        """Start as many as are to wait."""
        with self.lock:
            self.waiting = [helper for helper in self.waiting if helper.is_alive]
            while not self.over and len(self.waiting) < self.spare:
                self.waiting.append(Helper(self.command, self.folder))

    def take(self) -> Helper:
        """One that is ready, or will be."""
        with self.lock:
            ready = [helper for helper in self.waiting if helper.is_alive]
            taken = ready[0] if ready else Helper(self.command, self.folder)
            self.waiting = ready[1:]
            self.away.append(taken)
        return taken

    def give_back(self, helper: Helper, again: bool = False) -> None:
        """End ``helper`` or, with ``again``, keep it for the next errand; and start others where some are lacking."""
        with self.lock:
            self.away = [other for other in self.away if other is not helper]
            keep = again and not self.over and helper.is_alive and len(self.waiting) < self.spare
            if keep:
                self.waiting.insert(0, helper)
        if not keep:
            helper.end()
        self.fill()

    def end(self) -> None:
        """End all of them."""
        with self.lock:
            self.over = True
            everybody, self.waiting, self.away = [*self.waiting, *self.away], [], []
        for helper in everybody:
            helper.end()
