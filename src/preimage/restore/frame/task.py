"""The contract of a task: what was done to a picture."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

from torch import Tensor
from typing_extensions import Self

from preimage.blind.white_noise import WhiteNoiseEstimate, find_white_noise
from preimage.files.samples.sampling import Sampling
from preimage.optim.initial import initial_image
from preimage.physics import LinearPhysics
from preimage.physics.blur import Window
from preimage.restore.frame.level import Level, amplified_level, level_of
from preimage.restore.frame.pictures import Picture
from preimage.restore.frame.sigma import describe_sigma

__all__ = ["Problem", "Task"]


def _as_it_is(x: Tensor) -> Tensor:
    return x


def _as_clipped(x: Tensor, sigma: float, step: float) -> Tensor:
    return x


@dataclass(frozen=True)
class Problem:
    """What a method solves for one picture: ``y = physics(x)``.

    Attributes:
        y: the measurement, (1, C, ...).
        physics: how it came from the unknown picture, noise aside.
        sigma: the standard deviation of the noise of ``y``, 0 where it is not known.
        start: a first estimate, ``(y, physics) -> x``.
        finish: the restored picture (1, C, H, W) from the unknown one.
        unclip: an estimate with the light that clipped samples hide, ``(x, sigma, step) -> x``.
    """

    y: Tensor
    physics: LinearPhysics
    sigma: float = 0.0
    start: Callable[[Any, Any], Tensor] = initial_image
    finish: Callable[[Tensor], Tensor] = _as_it_is
    unclip: Callable[[Tensor, float, float], Tensor] = _as_clipped


@dataclass(frozen=True)
class Task:
    """One kind of restoration, with what belongs to it alone: a kernel, a mask, a factor.

    Subclasses are frozen dataclasses whose fields are what a user may choose. Sizes are those of the input picture,
    (C, H, W) or rows and columns. Only ``name`` and :meth:`problem` have no usual answer.
    """

    name: ClassVar[str]
    artefact: ClassVar[str] = "noise"
    """What has to be removed: ``noise``, ``mosaic`` or ``jpeg``; trained models are chosen by it."""
    reads_stored: ClassVar[bool] = False
    """Whether files are read as stored instead of upright."""
    makes_colour: ClassVar[bool] = False
    """Whether one band becomes three."""
    inverts: ClassVar[bool] = False
    """Whether small errors of the measurement become large ones of the result."""
    is_exact: ClassVar[bool] = False
    """Whether the physics is all that was done to the picture, so that it has the last word."""
    takes_sigma: ClassVar[bool] = True
    """Whether a noise level means anything for it."""
    is_local: ClassVar[bool] = False
    """Whether nothing but noise was added: a pixel then depends on those around it, as far as a method sees."""
    period: ClassVar[int] = 1
    """The pixels after which the physics repeats."""

    def problem(self, y: Tensor, sigma: float | None) -> Problem:
        """What is to be solved for ``y`` (1, C, H, W), whose noise has the level ``sigma``; ``None``: it is unknown."""
        raise NotImplementedError

    @classmethod
    def of(cls, image: Picture, options: Mapping[str, Any]) -> Self:
        """The task from ``options`` as users name them, for ``image``."""
        return cls(**options)

    @classmethod
    def recorded(cls, settings: Mapping[str, Any], resolved: Mapping[str, Any]) -> dict[str, Any]:
        """The options for :meth:`of` that repeat a recorded run."""
        return {field.name: settings[field.name] for field in fields(cls) if field.name in settings}

    @classmethod
    def recorded_sigma(cls, settings: Mapping[str, Any], resolved: Mapping[str, Any]) -> Any:
        """The noise level that a recorded run found."""
        return resolved.get("sigma_before_strength", "auto")

    def blind(self) -> "Task":
        """The task where nothing is assumed of how degraded the picture is."""
        return self

    def in_colour(self) -> "Task":
        """The task for a method that restores all channels together."""
        return self

    def options(self) -> dict[str, Any]:
        """The options of this task, as JSON."""
        return asdict(self)

    def fingerprint(self) -> dict[str, str]:
        """Digests of what the options refer to."""
        return {}

    def hidden(self) -> Tensor | None:
        """Where samples say nothing, bool (H, W): there they may be anything, NaN too, and have no effect."""
        return None

    def guide(self) -> Tensor | None:
        """Another picture (C, H, W) of the same scene."""
        return None

    def scale(self) -> int:
        """How many times wider and taller the restored picture is."""
        return 1

    def window(self, height: int, width: int) -> Window | None:
        """Where a picture lies in the unknown one, that :meth:`blur_kernel` blurs; ``None`` where it is all of it."""
        return None

    def blur_kernel(self) -> Tensor | None:
        """The blur (h, w) of the unknown picture, sum one, before anything else was done to it; ``None`` for none."""
        return None

    def check(self, pixels: Tensor) -> None:
        """Refuse pictures (C, H, W) that do not suit the task."""

    def notes(self, pixels: Tensor) -> list[str]:
        """What the user should know."""
        return []

    def repair(self, pixels: Tensor) -> tuple[Tensor, list[str]]:
        """``pixels`` (C, H, W) without samples that measured nothing, and notes on these."""
        return pixels, []

    def estimate(self, pixels: Tensor) -> WhiteNoiseEstimate:
        """The noise of ``pixels`` (C, H, W)."""
        return find_white_noise(pixels)

    def level(self, pixels: Tensor, sigma: float | None, sampling: Sampling) -> Level:
        """How degraded ``pixels`` (C, H, W) are.

        Args:
            sigma: the noise level that the user gave.
            sampling: how finely they were rounded before they came here.
        """
        if sigma is not None:
            return Level(sigma, "given")
        noise = self.estimate(pixels)
        return amplified_level(noise, sampling) if self.inverts else level_of(noise, sampling)

    def describe(self, level: Level, strength: float) -> str:
        """``level`` and its origin in words."""
        light = "" if level.light is None else f", of light ({level.light})"
        light += "" if level.camera is None else f", {level.camera.words}"
        origin = f"{level.origin}{light}" if strength == 1 else f"{level.origin}{light}, times {strength:g}"
        return f"noise level {describe_sigma(level.value * strength)}, {origin}"

    def entries(self, level: Level, strength: float) -> dict[str, float]:
        """``level`` for the record, with the names under which a repetition looks for it."""
        return {"sigma_before_strength": level.value, "sigma": level.value * strength}

    def range_notes(self, level: float, low: float, high: float) -> list[str]:
        """What the user should know where a model was trained for levels from ``low`` to ``high``."""
        if low - 1e-3 <= level <= high * (1 + 1e-3):
            return []
        return [
            f"noise level {describe_sigma(level)} is outside {describe_sigma(low)} to {describe_sigma(high)}, the "
            "range the weights were trained for: expect a poorer picture"
        ]

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

    def channels(self, given: int) -> int:
        """Channels of the unknown picture."""
        return given

    def planes(self, channels: int) -> tuple[int, int]:
        """Pictures of one channel that are held while a model of one pass runs, and at most for the first estimate."""
        return 2 * channels, 0
