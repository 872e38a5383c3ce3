"""A progress bar with the time left."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

__all__ = ["Bar", "bar"]


@dataclass(frozen=True)
class Bar:
    """A bar, moved by ``bar(done, total)``; what is told stands in front of it, after the label."""

    progress: Progress
    task: TaskID
    label: str

    def __call__(self, done: int, total: int) -> None:
        """Move it."""
        self.progress.update(self.task, completed=done, total=total)

    def tell(self, text: str) -> None:
        """Show a few words."""
        self.progress.update(self.task, description=f"{self.label}: {text}")


@contextmanager
def bar(label: str) -> Iterator[Bar]:
    """A bar on standard error, which goes away at the end, and where nobody looks."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("left"), TimeRemainingColumn(),
        TextColumn("passed"), TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield Bar(progress, progress.add_task(label, total=None), label)
