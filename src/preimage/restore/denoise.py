"""Noise removed from a photograph."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from preimage.denoisers import Denoiser
from preimage.restore.engine import Progress, Restored, Settings, restore
from preimage.restore.pictures import Picture
from preimage.restore.task import Outcome, Task

__all__ = ["Denoise", "denoise"]


@dataclass(frozen=True)
class Denoise(Task):
    """``y = x + noise``."""

    name: ClassVar[str] = "denoise"
    default_steps: ClassVar[int] = 1

    def footprint(self, channels: int, height: int, width: int) -> tuple[int, int]:
        """The picture and the result."""
        return 8 * channels * height * width, 8 * channels * height * width

    def solve(self, y: Tensor, denoiser: Denoiser, sigma: float, steps: int, trace: bool = False) -> Outcome:
        """One call of the denoiser, whatever ``steps``."""
        return Outcome(denoiser(y, sigma), "one pass")


def denoise(
    image: Picture,
    *,
    sigma: float | str = "auto",
    strength: float = 1.0,
    weights: str | None = None,
    memory: str | int | None = None,
    device: str = "auto",
    seed: int = 0,
    progress: Progress | None = None,
) -> Restored:
    """Remove white Gaussian noise: one call of the denoiser at the noise level.

    Args:
        image: see :func:`preimage.restore.deblur`, as for everything else.

    Raises:
        ImageFileError, ArgumentError: see there.
    """
    settings = Settings(sigma, strength, None, weights, memory, device, seed)
    return restore(image, Denoise(), settings, progress)
