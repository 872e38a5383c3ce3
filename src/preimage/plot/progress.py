"""How far a long call is: a bar that a notebook shows in place, and a terminal in one line."""

import sys
import time
from collections.abc import Callable
from html import escape
from typing import Any

from preimage._worker import Worker

__all__ = ["ProgressBar"]

_PERIOD = 0.1
_MINUTE = 90


class ProgressBar(Worker):
    """A bar for one long call, moved by ``bar(done, ...)``: what calls tell of their progress fits as it is.

    ``denoise(picture, progress=bar)`` tells how many steps there are; ``model.solve(y, physics, callbacks=[bar])`` and
    ``EachStep(bar)`` of a training do not, so that the bar has to be told. In a notebook it is drawn where the call
    stands; in a terminal, on standard error. Elsewhere nothing is shown.

    Args:
        label: what stands in front of it.
        total: the number of steps, or the most there can be; ``None`` where the call tells it, or nobody knows.
    """

    def __init__(self, label: str = "", total: int | None = None) -> None:
        self.label = label
        self.total = total
        self.done = 0
        self.began = time.monotonic()
        self.drawn = 0.0
        self.show: Callable[[ProgressBar], None] | None = None

    def __call__(self, done: int, told: Any = None) -> None:
        """Show that ``done`` steps are done.

        Args:
            done: the number of steps.
            told: of how many, where it is a whole number; what else callbacks are given is not looked at.
        """
        self.done = done
        if isinstance(told, int):
            self.total = told
        now = time.monotonic()
        if self.show is None:
            self.show = _way_to_show()
        if now - self.drawn >= _PERIOD or done == self.total:
            self.drawn = now
            self.show(self)

    def __str__(self) -> str:
        """The label, the steps, and the time that is left."""
        of_all = f"/{self.total}" if self.total else ""
        return f"{self.label + ': ' if self.label else ''}{self.done}{of_all}, {self._time()}"

    def _time(self) -> str:
        passed = time.monotonic() - self.began
        if self.total and 0 < self.done < self.total:
            return f"{_duration(passed * (self.total - self.done) / self.done)} left"
        return f"{_duration(passed)} passed"

    def _repr_html_(self) -> str:
        """A bar and the words beside it."""
        share = f' value="{self.done}" max="{self.total}"' if self.total else ""
        return f'<progress{share} style="width:16em;vertical-align:middle"></progress> <span>{escape(str(self))}</span>'


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < _MINUTE else f"{seconds / 60:.0f} min"


def _way_to_show() -> Callable[[ProgressBar], None]:
    """Where somebody looks: in a notebook, in a terminal, or nowhere."""
    if "ipykernel" in sys.modules:
        from IPython.display import display  # pyright: ignore[reportMissingImports]

        handle: list[Any] = []

        def draw(bar: ProgressBar) -> None:
            if handle:
                handle[0].update(bar)
            else:
                handle.append(display(bar, display_id=True))

        return draw
    return _write_line if sys.stderr.isatty() else _keep_quiet


def _write_line(bar: ProgressBar) -> None:
    end = "\n" if bar.done == bar.total else ""
    print(f"\r\033[K{bar}", end=end, file=sys.stderr, flush=True)


def _keep_quiet(bar: ProgressBar) -> None:
    """Show nothing: nobody looks."""
