"""How degraded a picture is, and how that is known."""

from dataclasses import dataclass

from typing_extensions import Self

from preimage.blind import NoiseEstimate
from preimage.blind.light import Light
from preimage.blind.white_noise import WhiteNoiseEstimate
from preimage.files.samples.sampling import Sampling
from preimage.restore.frame.sigma import describe_sigma, rounding_level

__all__ = ["GoingOn", "Level", "amplified_level", "level_of"]


@dataclass(frozen=True)
class GoingOn:
    """How noise goes on from pixel to pixel.

    Attributes:
        octaves: levels of white noise as strong as that of each octave, the finest first, by the level of all of it.
        length: the side, in pixels, of a square over which the noise is as good as the same.
        words: what the noise is like.
    """

    octaves: tuple[float, ...]
    length: float
    words: str = "going on from pixel to pixel"

    @classmethod
    def of(cls, noise: NoiseEstimate) -> Self:
        """That of an estimate."""
        return cls(noise.octaves(), noise.correlation_length, noise.character())


@dataclass(frozen=True)
class Level:
    """How degraded a picture is, in the units of the denoiser; how that is known; what the user should know of it.

    Attributes:
        light: the noise of light that is part of ``value``, the standard deviation over the whole picture.
        camera: how the noise goes on from pixel to pixel, where it does; ``value`` is its level in all.
    """

    value: float
    origin: str
    notes: tuple[str, ...] = ()
    light: Light | None = None
    camera: GoingOn | None = None

    @property
    def reach(self) -> float:
        """The side, in pixels, of a square over which the noise is as good as the same: 1 for white noise."""
        return 1.0 if self.camera is None else self.camera.length


def level_of(noise: WhiteNoiseEstimate, sampling: Sampling) -> Level:
    """The level of ``noise``; noise of less than half a step of the samples cannot be seen, and need not be removed."""
    return Level(noise.less if noise.less > sampling.step / 2 else 0.0, "estimated", noise.notes())


def amplified_level(noise: WhiteNoiseEstimate, sampling: Sampling) -> Level:
    """The level of ``noise`` for tasks that turn small errors into large ones: at least what rounding leaves."""
    least = rounding_level(sampling)
    if noise.more >= least:
        return Level(noise.more, "estimated", noise.notes())
    cause = "JPEG's quantisation table" if sampling.luma_steps else "rounding"
    note = f"{cause} alone hides errors of about {describe_sigma(least)}: taken as noise; --sigma tells another level"
    return Level(least, f"the least that {cause} leaves", (note,) if sampling.luma_steps else ())
