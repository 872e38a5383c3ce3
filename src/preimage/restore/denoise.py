"""Noise removed from a photograph."""

from dataclasses import dataclass
from typing import Any, ClassVar

from torch import Tensor

from preimage.denoisers import Denoiser
from preimage.errors import ArgumentError
from preimage.models.dip import DeepImagePrior
from preimage.physics import Denoising, LinearPhysics
from preimage.restore.by_denoiser import ByDenoiser
from preimage.restore.dip import settings as choices
from preimage.restore.dip.method import ByDip, Dip, as_dip
from preimage.restore.engine import Restored, restore
from preimage.restore.in_range import InRange
from preimage.restore.pictures import Picture
from preimage.restore.search import of_patches
from preimage.restore.task import EitherTask, Outcome
from preimage.restore.work import Method, Progress, Settings

__all__ = ["Denoise", "DenoiseByPatches", "denoise", "denoising"]


@dataclass(frozen=True)
class Denoise(EitherTask):
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

    def physics(self, y: Tensor) -> LinearPhysics:
        """None but noise."""
        return Denoising()

    def witness(self) -> LinearPhysics:
        """All pixels."""
        return Denoising()

    def prior(self, setting: str, sigma: float) -> DeepImagePrior:
        """That for noise."""
        return choices.noise(setting, sigma)


class DenoiseByPatches(Denoise):
    """The same by a sparse model."""

    method: ClassVar[str] = "groupsc"

    def weights(self, channels: int) -> str:
        """Those of GroupSC."""
        return {1: "groupsc-grey", 3: "groupsc-color"}[channels]

    def prepared(self, denoiser: Denoiser) -> Denoiser:
        """A sparse model; in part where it was trained for stronger noise."""
        return InRange(of_patches(denoiser), power=2)


def denoising(method: str | Dip) -> Method:
    """The task and how it is done.

    Raises:
        ArgumentError: no such method.
    """
    methods = {kind.method: kind for kind in (Denoise, DenoiseByPatches)}
    if dip := as_dip(method):
        return ByDip(Denoise(), dip)
    if method not in methods:
        raise ArgumentError(f"`method` must be {', '.join(methods)} or dip, got {method!r}; leave it out.")
    return ByDenoiser(methods[str(method)]())


def denoise(
    image: Picture,
    *,
    sigma: float | str = "auto",
    strength: float = 1.0,
    steps: int | None = None,
    method: str | Dip = "drunet",
    search: str = "light",
    weights: str | None = None,
    memory: str | int | None = None,
    device: str = "auto",
    seed: int = 0,
    bits: int | None = None,
    progress: Progress | None = None,
) -> Restored:
    """Remove white Gaussian noise: one call of the denoiser at the noise level, or a network fitted to the picture.

    Args:
        image: see :func:`preimage.restore.deblur`, as for everything else.
        steps: the most of ``dip``; the others take a single pass.
        method: ``drunet``, a network; ``groupsc``, a sparse model of similar patches; or ``dip``, a deep image prior
            (:class:`Dip` for more to choose): a network fitted to this picture, which knows no other and makes no
            assumption about the noise. It stops when what it draws varies least.
        search: how ``groupsc`` looks for these: ``light``, as in training, or ``paper``,
            every pixel instead of every second or third.

    Raises:
        ImageFileError, ArgumentError: see there.
    """
    if steps is not None and as_dip(method) is None:
        raise ArgumentError(f"`steps` must be left out for {method}, got {steps}; it takes a single pass.")
    settings = Settings(sigma, strength, steps, weights, memory, device, seed, search=search, bits=bits)
    return restore(image, denoising(method), settings, progress)
