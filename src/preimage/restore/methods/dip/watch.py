"""Following a fit: telling how far it is, showing the picture so far, ending it where the user wishes."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from torch import Tensor

from preimage._worker import Worker
from preimage.models.dip import Drawn
from preimage.restore.frame.work import Progress
from preimage.solve import Reason

__all__ = ["Watch"]


@dataclass
class Watch(Worker):
    """A callback of :meth:`preimage.models.dip.DeepImagePrior.solve`.

    Args:
        is_over: whether the user wishes to end.
        progress: to be told of steps, from ``done`` of ``total`` on.
        tell: to be told in words.
        show: to be given the best picture so far, (1, C, ...).
        every: seconds from one picture to the next.

    Attributes:
        shown: when a picture was shown last, in seconds of the monotonic clock.
    """

    is_over: Callable[[], bool] = lambda: False
    progress: Progress | None = None
    done: int = 0
    total: int = 0
    tell: Callable[[str], object] | None = None
    show: Callable[[Tensor], object] | None = None
    every: float = 10.0
    shown: float = field(default=0.0, init=False)

    def __call__(self, step: int, state: Drawn) -> Reason | None:
        """Report a step; the reason to end the fit after it, where the user wishes to."""
        if step == 1:
            self.shown = time.monotonic()
        if self.progress is not None:
            self.progress(self.done + step, self.total)
        if self.tell is not None:
            score = float(state.score[0])
            self.tell(f"step {step}" + ("" if score != score else f", score {score:.4g}"))
        if self.show is not None and time.monotonic() - self.shown >= self.every:
            self.show(state.x)
            self.shown = time.monotonic()  # what showing takes is not counted, so that it cannot take all the time
        return Reason("interrupted", step) if self.is_over() else None
