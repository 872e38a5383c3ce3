"""What a kind of restoration has to say of itself."""

from dataclasses import dataclass
from typing import Any, ClassVar

from torch import Tensor

from preimage.denoisers import Denoiser
from preimage.denoisers.base import check_sigma
from preimage.files.samples.sampling import Sampling
from preimage.models.dip import DeepImagePrior
from preimage.physics import LinearPhysics
from preimage.restore.frame.light import Light
from preimage.restore.frame.noise import Noise, find_noise
from preimage.restore.frame.sigma import describe_sigma, rounding_level
from preimage.solve import History, Reason

__all__ = ["DenoiserTask", "EitherTask", "FittedTask", "Level", "Outcome", "Task"]

_WEIGHTS = {1: "drunet-grey-compact", 3: "drunet-color-compact"}


@dataclass(frozen=True)
class Outcome:
    """A restored picture (1, C, H, W), why the method stopped, and what happened at each step (``None``: no steps).

    Attributes:
        share: of what the denoiser changed, how much ``x`` holds, in [0, 1].
    """

    x: Tensor
    reason: Reason
    history: History | None = None
    share: float = 1.0


@dataclass(frozen=True)
class Level:
    """How degraded a picture is, in the units of the denoiser; how that is known; what the user should know of it.

    Attributes:
        light: the noise of light that is part of ``value``, the standard deviation over the whole picture.
    """

    value: float
    origin: str
    notes: tuple[str, ...] = ()
    light: Light | None = None


class Task:
    """One kind of restoration, with what belongs to it alone: a kernel, a mask, a factor.

    Subclasses are frozen dataclasses; sizes are those of the input picture, (C, H, W) or rows and columns.
    """

    name: ClassVar[str]
    reads_stored: ClassVar[bool] = False
    """Whether files are read as stored instead of upright."""
    makes_colour: ClassVar[bool] = False
    """Whether one band becomes three."""
    inverts: ClassVar[bool] = False
    """Whether small errors of the measurement become large ones of the result."""

    def options(self) -> dict[str, Any]:
        """The arguments to make this task again, as JSON."""
        return {}

    def fingerprint(self) -> dict[str, str]:
        """Digests of what the options refer to."""
        return {}

    def hidden(self) -> Tensor | None:
        """Where samples say nothing, bool (H, W): there they may be anything, NaN too, and have no effect."""
        return None

    def check(self, pixels: Tensor) -> None:
        """Refuse pictures (C, H, W) that do not suit the task."""

    def notes(self, pixels: Tensor) -> list[str]:
        """What the user should know."""
        return []

    def repaired(self, pixels: Tensor) -> tuple[Tensor, list[str]]:
        """``pixels`` (C, H, W) without samples that measured nothing, and notes on these."""
        return pixels, []

    def estimate(self, pixels: Tensor) -> Noise:
        """The noise of ``pixels`` (C, H, W)."""
        return find_noise(pixels)

    def level(self, pixels: Tensor, sigma: float | None, sampling: Sampling) -> Level:
        """How degraded ``pixels`` (C, H, W) are.

        Args:
            sigma: the noise level that the user gave.
            sampling: how finely they were rounded before they came here.
        """
        if sigma is not None:
            return Level(sigma, "given")
        noise = self.estimate(pixels)
        if not self.inverts:  # noise of less than half a step of the samples cannot be seen, and need not be removed
            return Level(noise.less if noise.less > sampling.step / 2 else 0.0, "estimated", noise.notes())
        least = rounding_level(sampling)
        if noise.more >= least:
            return Level(noise.more, "estimated", noise.notes())
        cause = "JPEG's quantisation table" if sampling.luma_steps else "rounding"
        note = (
            f"{cause} alone hides errors of about {describe_sigma(least)}: taken as noise; --sigma tells another level"
        )
        return Level(least, f"the least that {cause} leaves", (note,) if sampling.luma_steps else ())

    def describe(self, level: Level, strength: float) -> str:
        """``level`` and its origin in words."""
        light = "" if level.light is None else f", of light ({level.light})"
        origin = f"{level.origin}{light}" if strength == 1 else f"{level.origin}{light}, times {strength:g}"
        return f"noise level {describe_sigma(level.value * strength)}, {origin}"

    def resolved(self, level: Level, strength: float) -> dict[str, float]:
        """``level`` for the record, with the names under which a repetition looks for it."""
        return {"sigma_before_strength": level.value, "sigma": level.value * strength}

    def witness(self) -> LinearPhysics | None:
        """The operator, of orthonormal (or zero) rows, by which a result is compared with what was measured.

        ``None`` where the task has none: the result is then not compared.
        """
        return None

    def share_seen(self) -> float:
        """The share of the pixels that were measured."""
        return 1.0

    def canvas(self, height: int, width: int) -> tuple[int, int]:
        """Size of the unknown picture."""
        return height, width


class DenoiserTask(Task):
    """A task done by calls of a denoiser, tile by tile."""

    default_steps: ClassVar[int]

    def range_notes(self, denoiser: Denoiser, level: float) -> list[str]:
        """What the user should know where the denoiser was not made for ``level``."""
        check_sigma(denoiser, level)
        low, high = denoiser.traits.sigma_range
        if low - 1e-3 <= level <= high * (1 + 1e-3):
            return []
        return [
            f"noise level {describe_sigma(level)} is outside {describe_sigma(low)} to {describe_sigma(high)}, the "
            "range the weights were trained for: expect a poorer picture"
        ]

    def weights(self, channels: int) -> str:
        """Name of the weights for pictures of so many channels, unless the user names others."""
        return _WEIGHTS[channels]

    def at(self, level: Level) -> "DenoiserTask":
        """The task for a picture that is degraded like that."""
        return self

    def prepared(self, denoiser: Denoiser) -> Denoiser:
        """What is applied to the tiles."""
        return denoiser

    def channels(self, given: int) -> int:
        """Channels of the picture that the denoiser sees."""
        return given

    def footprint(self, channels: int, height: int, width: int) -> tuple[int, int]:
        """Bytes held while the denoiser runs, and at the most between its runs, tiles aside."""
        raise NotImplementedError

    def solve(self, y: Tensor, denoiser: Denoiser, sigma: float, steps: int, trace: bool = False) -> Outcome:
        """Restore ``y`` (1, C, H, W) at the level ``sigma`` (of its noise); ``trace`` notes the data term, too."""
        raise NotImplementedError


class FittedTask(Task):
    """A task done by fitting a network to the picture.

    Attributes:
        is_exact: whether the physics is all that was done to the picture, so that it has the last word.
    """

    is_exact: ClassVar[bool] = False

    def physics(self, y: Tensor) -> LinearPhysics:
        """How ``y`` (1, C, H, W) came from the unknown picture, noise aside."""
        raise NotImplementedError

    def measured(self, y: Tensor) -> Tensor:
        """What the physics is compared with."""
        return y

    def prior(self, setting: str, sigma: float) -> DeepImagePrior:
        """What is fitted, at a noise level of about ``sigma``, by the name of the setting: ``fast`` or ``paper``."""
        raise NotImplementedError

    def finished(self, x: Tensor, y: Tensor, sigma: float | None) -> Tensor:
        """The restored picture from the unknown one, ``x``; ``sigma`` is the noise level where it is known."""
        return x


class EitherTask(DenoiserTask, FittedTask):
    """A task that can be done either way."""
