"""Noise removed from a photograph."""

from dataclasses import dataclass
from typing import Any, ClassVar

from torch import Tensor

from preimage.denoisers import Denoiser
from preimage.errors import ArgumentError
from preimage.restore.engine import Progress, Restored, Settings, restore
from preimage.restore.pictures import Picture
from preimage.restore.search import of_patches
from preimage.restore.task import Outcome, Task

__all__ = ["Denoise", "DenoiseByPatches", "denoise", "denoising"]


@dataclass(frozen=True)
class Denoise(Task):
    """``y = x + noise``."""

    name: ClassVar[str] = "denoise"
    default_steps: ClassVar[int] = 1
    method: ClassVar[str] = "drunet"

    def options(self) -> dict[str, Any]:
        """The method."""
        return {"method": self.method}

    def footprint(self, channels: int, height: int, width: int) -> tuple[int, int]:
        """The picture and the result."""
        return 8 * channels * height * width, 8 * channels * height * width

    def solve(self, y: Tensor, denoiser: Denoiser, sigma: float, steps: int, trace: bool = False) -> Outcome:
        """One call of the denoiser, whatever ``steps``."""
        return Outcome(denoiser(y, sigma), "one pass")


class DenoiseByPatches(Denoise):
    """The same by a sparse model."""

    method: ClassVar[str] = "groupsc"

    def weights(self, channels: int) -> str:
        """Those of GroupSC."""
        return {1: "groupsc-grey", 3: "groupsc-color"}[channels]

    def prepared(self, denoiser: Denoiser) -> Denoiser:
        """No other model."""
        return of_patches(denoiser)


def denoising(method: str) -> Denoise:
    """The task by its method.

    Raises:
        ArgumentError: no such method.
    """
    methods = {kind.method: kind for kind in (Denoise, DenoiseByPatches)}
    if method not in methods:
        raise ArgumentError(f"`method` must be {' or '.join(methods)}, got {method!r}; leave it out.")
    return methods[method]()


def denoise(
    image: Picture,
    *,
    sigma: float | str = "auto",
    strength: float = 1.0,
    method: str = "drunet",
    search: str = "light",
    weights: str | None = None,
    memory: str | int | None = None,
    device: str = "auto",
    seed: int = 0,
    progress: Progress | None = None,
) -> Restored:
    """Remove white Gaussian noise: one call of the denoiser at the noise level.

    Args:
        image: see :func:`preimage.restore.deblur`, as for everything else.
        method: ``drunet``, a network; or ``groupsc``, a sparse model of similar patches.
        search: how ``groupsc`` looks for these: ``light``, as in training, or ``paper``,
            every pixel instead of every second or third.

    Raises:
        ImageFileError, ArgumentError: see there.
    """
    settings = Settings(sigma, strength, None, weights, memory, device, seed, search=search)
    return restore(image, denoising(method), settings, progress)
