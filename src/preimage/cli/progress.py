"""How far the work is: a bar with the time left or, where there is no terminal, a line now and then."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from preimage._worker import Worker

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

__all__ = ["PERIOD", "TOLD_AS", "Bar", "bar", "duration"]

PERIOD = 10.0
"""Seconds from one line to the next."""

TOLD_AS = "PREIMAGE_PROGRESS"
"""The variable of the environment that is ``json`` where a program reads the lines."""

_JSON_PERIOD = 0.2


class Bar(Worker):
    """A bar, moved by ``bar(done, total)``; what is told stands in front of it, after the label.

    Args:
        progress: what draws the bar.
        task: the number of the bar there.
        label: what stands in front of it.
    """

    def __init__(self, progress: Progress, task: TaskID, label: str) -> None:
        self.progress = progress
        self.task = task
        self.label = label

    def __call__(self, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` steps are done."""
        self.progress.update(self.task, completed=done, total=total)

    def tell(self, text: str) -> None:
        """Show a few words."""
        self.progress.update(self.task, description=f"{self.label}: {text}")


@contextmanager
def bar(label: str, period: float = PERIOD) -> Iterator[Bar]:
    """A bar on standard error, gone at the end; without a terminal, a line there every ``period`` seconds.

    For a program, lines are JSON objects with ``done``, ``total`` (``null`` where it is not known) and ``text``.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TextColumn("left"),
        TimeRemainingColumn(), TextColumn("passed"), TimeElapsedColumn(),
    )  # fmt: skip
    shown = Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal, speed_estimate_period=600
    )
    with shown as progress:
        moved = Bar(progress, progress.add_task(label, total=None), label)
        as_json = os.environ.get(TOLD_AS) == "json"
        if console.is_terminal and not as_json:
            yield moved
            return
        with _lines(moved, console, _json_line, _JSON_PERIOD) if as_json else _lines(moved, console, _line, period):
            yield moved


@contextmanager
def _lines(moved: Bar, console: Console, line: Callable[[Bar], str], period: float) -> Iterator[None]:
    """Print a line every ``period`` seconds, from a thread of its own, since a step may take longer than that."""
    over = threading.Event()

    def tell() -> None:
        while not over.wait(period):
            console.print(line(moved), markup=False, highlight=False, soft_wrap=True)

    thread = threading.Thread(target=tell, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _json_line(moved: Bar) -> str:
    task = next(task for task in moved.progress.tasks if task.id == moved.task)
    text = task.description.removeprefix(moved.label).removeprefix(": ")
    return json.dumps({"done": task.completed, "total": task.total, "text": text})


def _line(moved: Bar) -> str:
    task = next(task for task in moved.progress.tasks if task.id == moved.task)
    passed, left = f"{duration(task.elapsed or 0.0)} passed", task.time_remaining
    if not task.total or not task.completed:
        return f"{task.description}: at work, {passed}"
    rest = "" if left is None else f", about {duration(left)} left"
    return f"{task.description}: {task.percentage:.0f} %, {passed}{rest}"


def duration(seconds: float) -> str:
    """Of so many seconds, to what one would say."""
    if seconds < 99.5:
        return f"{max(seconds, 1):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 99.5 * 60 else f"{seconds / 3600:.1f} h"
