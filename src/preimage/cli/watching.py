"""What is said of a picture before the work on it, and while it goes on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from preimage.cli.output import say
from preimage.cli.progress import Bar, duration
from preimage.machine.memory import format_bytes
from preimage.restore.frame.announce import Announcement, Observer
from preimage.restore.frame.work import Forecast
from preimage.restore.table import is_fit

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

__all__ = ["Planned", "Watching"]

# The step of a fit at which its time is told: the first ones take longer.
_STEP = 4
# Seconds that are worth telling before.
_LONG = 5.0


class Planned(Exception):
    """Enough is known of a picture that is not to be restored."""

    def __init__(self, forecast: Forecast) -> None:
        super().__init__()
        self.forecast = forecast


class Watching(Bar, Observer):
    """A bar that says what is about to be done; in a dry run it ends there, by :class:`Planned`.

    Args:
        progress, task, label: as of :class:`preimage.cli.progress.Bar`.
        dry: whether nothing is to be restored.
        words: how degraded the picture is, where that was found before.

    Attributes:
        forecast: what the picture will take, as far as it is known.
        fits: whether the time is known after some steps only.
        began: when the first of these steps ended, in seconds.
    """

    def __init__(self, progress: Progress, task: TaskID, label: str, dry: bool = False, words: str = "") -> None:
        super().__init__(progress, task, label)
        self.dry = dry
        self.words = words
        self.forecast = Forecast()
        self.fits = False
        self.began = 0.0

    def announced(self, what: Announcement) -> None:
        """Print size, level, and the time and memory that are expected."""
        channels, height, width = what.shape
        self.forecast, self.fits = what.forecast(), is_fit(what.method)
        colour = {1: "grey", 3: "colour"}.get(channels, f"{channels} bands")
        say(f"  {width}x{height} {colour}, {self.words or what.level}{_expected(self.forecast)}")
        if self.dry and not self.fits:
            raise Planned(self.forecast)

    def __call__(self, done: int, total: int) -> None:
        """Move the bar; of a fit, tell the time after a few steps."""
        super().__call__(done, total)
        if not self.fits:
            return
        if done == 1:
            self.began = time.perf_counter()
        if done != min(_STEP, total):
            return
        seconds = (time.perf_counter() - self.began) / max(done - 1, 1) * (total - done)
        if self.dry or seconds > _LONG:
            say(f"  at most {duration(seconds)} for {total} steps")
        if self.dry:
            raise Planned(Forecast(seconds, self.forecast.memory))


def _expected(forecast: Forecast) -> str:
    seconds = "" if forecast.seconds is None else f"; about {duration(forecast.seconds)}"
    return seconds + ("" if forecast.memory is None else f"; up to {format_bytes(forecast.memory)} of memory")
