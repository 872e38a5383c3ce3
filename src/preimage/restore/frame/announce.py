"""What is told of a restoration before its work begins."""

from dataclasses import dataclass, replace

from preimage.restore.frame.room import needed_room
from preimage.restore.frame.work import Forecast, Session

__all__ = ["Announcement", "Observer"]


@dataclass(frozen=True)
class Announcement:
    """One picture that is about to be restored.

    Attributes:
        task: denoise, deblur, ...
        method: drunet, groupsc, dpir or dip.
        shape: (C, H, W) of the picture.
        level: how degraded it is, in words.
        session: which can tell the time and memory it will take.
    """

    task: str
    method: str
    shape: tuple[int, int, int]
    level: str
    session: Session

    def forecast(self) -> Forecast:
        """Time and memory, as far as they are known; no less than every picture of this size takes."""
        found = self.session.forecast()
        return replace(found, memory=None if found.memory is None else max(found.memory, needed_room(self.shape)))


class Observer:
    """A ``progress`` that is told of each picture, too, before the work on it begins."""

    def announced(self, what: Announcement) -> None:
        """Hear of it; an exception ends the restoration, as it does from ``progress``."""
        raise NotImplementedError

    def __call__(self, done: int, total: int) -> None:
        """Hear of the progress."""
        raise NotImplementedError
