"""What is said of a picture before the work on it, and while it goes on."""

import time
from dataclasses import dataclass, field

from preimage.cli.output import say
from preimage.cli.progress import Bar, duration
from preimage.machine.memory import format_bytes
from preimage.restore.frame.announce import Announcement, Observer
from preimage.restore.frame.work import Forecast

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


@dataclass
class _Told:
    """What is known so far."""

    forecast: Forecast = field(default_factory=Forecast)
    method: str = ""
    began: float = 0.0


@dataclass(frozen=True)
class Watching(Bar, Observer):
    """A bar that says what is about to be done; in a dry run it ends there, by :class:`Planned`."""

    dry: bool = False
    words: str = ""
    """How degraded the picture is, where that was found before."""
    told: _Told = field(default_factory=_Told)

    def announced(self, what: Announcement) -> None:
        """Print size, level, and the time and memory that are expected."""
        channels, height, width = what.shape
        self.told.forecast, self.told.method = what.session.forecast(), what.method
        colour = {1: "grey", 3: "colour"}.get(channels, f"{channels} bands")
        say(f"  {width}x{height} {colour}, {self.words or what.level}{_expected(self.told.forecast)}")
        if self.dry and what.method != "dip":
            raise Planned(self.told.forecast)

    def __call__(self, done: int, total: int) -> None:
        """Move the bar; of a fit, tell the time after a few steps."""
        super().__call__(done, total)
        told = self.told
        if told.method != "dip":
            return
        if done == 1:
            told.began = time.perf_counter()
        if done != min(_STEP, total):
            return
        seconds = (time.perf_counter() - told.began) / max(done - 1, 1) * (total - done)
        if self.dry or seconds > _LONG:
            say(f"  at most {duration(seconds)} for {total} steps")
        if self.dry:
            raise Planned(Forecast(seconds, told.forecast.memory))


def _expected(forecast: Forecast) -> str:
    seconds = "" if forecast.seconds is None else f"; about {duration(forecast.seconds)}"
    return seconds + ("" if forecast.memory is None else f"; up to {format_bytes(forecast.memory)} of memory")
