"""What a kind of restoration has to say of itself."""

from dataclasses import dataclass
from typing import Any, ClassVar

from torch import Tensor

from preimage.denoisers import Denoiser
from preimage.restore.sigma import noise_level
from preimage.solve import History

__all__ = ["Outcome", "Task"]


@dataclass(frozen=True)
class Outcome:
    """A restored picture (1, C, H, W), why the method stopped, and what happened at each step (``None``: no steps)."""

    x: Tensor
    stopped: str
    history: History | None = None


class Task:
    """One kind of restoration, with what belongs to it alone: a kernel, a mask, a factor.

    Subclasses are frozen dataclasses; sizes are those of the input picture, (C, H, W) or rows and columns.
    """

    name: ClassVar[str]
    default_steps: ClassVar[int]

    def options(self) -> dict[str, Any]:
        """The arguments to make this task again, as JSON."""
        return {}

    def fingerprint(self) -> dict[str, str]:
        """Digests of what the options refer to."""
        return {}

    def check(self, pixels: Tensor) -> None:
        """Refuse pictures (C, H, W) that do not suit the task."""

    def notes(self, pixels: Tensor) -> list[str]:
        """What the user should know."""
        return []

    def estimate(self, pixels: Tensor) -> float:
        """The noise level of ``pixels`` (C, H, W)."""
        return noise_level(pixels)

    def channels(self, given: int) -> int:
        """Channels of the restored picture."""
        return given

    def canvas(self, height: int, width: int) -> tuple[int, int]:
        """Size of the picture that the denoiser sees."""
        return height, width

    def footprint(self, channels: int, height: int, width: int) -> tuple[int, int]:
        """Bytes held while the denoiser runs, and at the most between its runs, tiles aside."""
        raise NotImplementedError

    def solve(self, y: Tensor, denoiser: Denoiser, sigma: float, steps: int, trace: bool = False) -> Outcome:
        """Restore ``y`` (1, C, H, W) with noise of standard deviation ``sigma``; ``trace`` notes the data term, too."""
        raise NotImplementedError
