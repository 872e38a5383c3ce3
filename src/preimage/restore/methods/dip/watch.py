"""Following a fit: telling how far it is, showing the picture so far, ending it where the user wishes."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from torch import Tensor

from preimage.models.dip import Drawn
from preimage.restore.frame.work import Progress

__all__ = ["Place", "Watch"]


@dataclass
class Place:
    """Where a fit is.

    Attributes:
        step: from 1; 0 before the first.
        shown: when a picture was shown last, in seconds of the monotonic clock.
        was_ended: whether the user wished to end, and it was.
    """

    step: int = 0
    shown: float = 0.0
    was_ended: bool = False


@dataclass(frozen=True)
class Watch:
    """A callback of :meth:`preimage.models.dip.DeepImagePrior.solve`.

    Args:
        is_over: whether the user wishes to end.
        progress: to be told of steps, from ``done`` of ``total`` on.
        tell: to be told in words.
        show: to be given the best picture so far, (1, C, ...).
        every: seconds from one picture to the next.

    Attributes:
        at: where the fit is.
    """

    is_over: Callable[[], bool] = lambda: False
    progress: Progress | None = None
    done: int = 0
    total: int = 0
    tell: Callable[[str], object] | None = None
    show: Callable[[Tensor], object] | None = None
    every: float = 10.0
    at: Place = field(default_factory=Place, init=False)

    def __call__(self, step: int, state: Drawn) -> bool:
        """After each step; whether to end."""
        at = self.at
        if step == 1:
            at.shown = time.monotonic()
        at.step = step
        if self.progress is not None:
            self.progress(self.done + step, self.total)
        if self.tell is not None:
            score = float(state.score[0])
            self.tell(f"step {step}" + ("" if score != score else f", score {score:.4g}"))
        if self.show is not None and time.monotonic() - at.shown >= self.every:
            self.show(state.x)
            at.shown = time.monotonic()  # what showing takes is not counted, so that it cannot take all the time
        at.was_ended = self.is_over()
        return at.was_ended
