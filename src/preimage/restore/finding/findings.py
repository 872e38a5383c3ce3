"""What is found in a picture whose history is not known."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from torch import Tensor
from typing_extensions import Self

from preimage.blind import find_jpeg
from preimage.blind.kernel.crop import textured
from preimage.blind.kernel.signs import BLURRED, CALM, calm_share, steepness
from preimage.blind.light import Light
from preimage.blind.luma import luma
from preimage.errors import ArgumentError
from preimage.files.samples.sampling import Sampling
from preimage.physics.codec.jpeg_tables import luma_steps, quality_of_steps
from preimage.restore.finding.compressed import noise_below_jpeg
from preimage.restore.frame.level import Level
from preimage.restore.tasks.denoise import Denoise

__all__ = ["FAINT", "FINE", "FoundLevel", "PictureFindings", "look_at"]

# Fainter noise than this, in image units, nobody sees, and sharp photographs have it: grain, texture, the error of the
# estimate. The photographs of Kodak24 are estimated at up to 2.7/255.
FAINT = 3 / 255
# From this quality on nobody sees what JPEG left.
FINE = 90
_LOOKED_AT, _WINDOW = 384, 9  # pixels of a side of the part whose edges are looked at, and of what is calm at once
_TINY = 8  # sides that tell nothing of noise
_FAINT_BELOW = 5 / 255  # noise before compression that is believed


@dataclass(frozen=True)
class PictureFindings:
    """What speaks from one picture.

    Attributes:
        sigma: standard deviation of the noise that is to be removed, in image units, 0 where none is seen.
        gain: image units a photon of noise of light; 0 for noise that is even.
        sensor: the standard deviation of what does not grow with light, where ``gain`` is above zero.
        black: the value without light, where ``gain`` is above zero.
        goes_on: whether the noise goes on from pixel to pixel, as that of cameras.
        quality: that of JPEG, 1 to 100, where its artefacts are seen; else 0.
        high_quality: that of JPEG where they are not.

    Raises:
        ArgumentError: a number is out of range; a record that was changed by hand holds such.
    """

    sigma: float = 0.0
    gain: float = 0.0
    sensor: float = 0.0
    black: float = 0.0
    goes_on: bool = False
    quality: int = 0
    high_quality: int = 0

    def __post_init__(self) -> None:
        numbers = self.sigma, self.gain, self.sensor, self.black
        fits = min(numbers) >= 0 and max(numbers) <= 10
        if not fits or not {self.quality, self.high_quality} <= set(range(101)):
            raise ArgumentError(f"`found` must be what was found in a picture, got {asdict(self)}; let it look again.")

    @classmethod
    def recorded(cls, told: Any) -> Self | None:
        """Those of a record; none where it is one of several pictures."""
        return cls(**told) if isinstance(told, Mapping) else None

    @property
    def light(self) -> Light | None:
        """The noise of light."""
        return Light(self.gain, self.sensor, self.black) if self.gain else None

    def describe(self) -> str:
        """What was found, in words."""
        noise = "no noise that is seen"
        if self.sigma:
            kind = ", growing with brightness," if self.gain else ""
            kind = ", going on from pixel to pixel as that of cameras," if self.goes_on else kind
            noise = f"noise of {255 * self.sigma:.1f}/255{kind}"
        if self.quality:
            return f"{noise} and the artefacts of JPEG at quality {self.quality}"
        fine = f"; JPEG at quality {self.high_quality}, whose artefacts nobody sees" if self.high_quality else ""
        return f"{noise}, no artefacts of JPEG{fine}"


@dataclass(frozen=True)
class FoundLevel(Level):
    """The noise level, and all that was found beside it.

    Attributes:
        findings: what was found.
        sampling: how finely the picture was rounded before it came here.
    """

    findings: PictureFindings = field(default_factory=PictureFindings)
    sampling: Sampling = field(default_factory=Sampling)


def look_at(pixels: Tensor, sigma: float | None, sampling: Sampling) -> tuple[PictureFindings, tuple[str, ...]]:
    """What is found in ``pixels`` (C, H, W), and what the user should know of it.

    Args:
        pixels: grey or RGB, in [0, 1].
        sigma: the noise level, where the user gave it: all of it is removed, however faint.
        sampling: how finely the pixels were rounded before they came here.
    """
    found, notes = _noise_and_jpeg(pixels, sigma, sampling)
    return found, (*notes, *_blurred(pixels))


def _noise_and_jpeg(pixels: Tensor, sigma: float | None, sampling: Sampling) -> tuple[PictureFindings, tuple[str, ...]]:
    compression = _compression(pixels, sampling)
    quality = 0 if compression is None else compression.quality
    found = PictureFindings(quality=quality) if quality < FINE else PictureFindings(high_quality=quality)
    if sigma is not None or min(pixels.shape[-2:]) < _TINY:
        return replace(found, sigma=sigma or 0.0), ()
    level = Denoise().level(pixels, None, sampling)
    if compression is not None:
        # Of a file of low quality the flat blocks look as if they had been drawn: no other estimate sees their noise.
        below = noise_below_jpeg(pixels, compression.steps, compression.phase)
        if below > max(level.value, _FAINT_BELOW):
            return replace(found, sigma=below), ()
    if level.value < FAINT:
        return found, ()
    light = level.light or Light(0.0, 0.0)
    goes_on = level.camera is not None
    found = replace(found, sigma=level.value, gain=light.gain, sensor=light.sigma, black=light.black)
    return replace(found, goes_on=goes_on), level.notes


def _blurred(pixels: Tensor) -> tuple[str, ...]:
    """What is told of a picture without steep edges. It is not deblurred: a part of it may be sharp, or meant to be."""
    part = textured(luma(pixels if len(pixels) == 3 else pixels[:1])[0].float(), _LOOKED_AT)
    if steepness(part) > BLURRED or calm_share(part, _WINDOW) < CALM:
        return ()
    return ("no edge is steep, as in a picture that is blurred; `restore deblur` looks for the kernel and undoes that",)


@dataclass(frozen=True)
class _Compression:
    """The last JPEG of low quality: its quality, its steps of brightness, and where its blocks begin."""

    quality: int
    steps: tuple[int, ...]
    phase: tuple[int, int] = (0, 0)


def _compression(pixels: Tensor, sampling: Sampling) -> _Compression | None:
    """That of the file's table, or of the traces in the pixels; the worse where both speak."""
    written = None
    if sampling.luma_steps:
        written = _Compression(quality_of_steps(sampling.luma_steps)[0], sampling.luma_steps)
        if written.quality < FINE:
            return written
    traces = find_jpeg(pixels)
    if traces is None or (written is not None and written.quality <= traces.quality):
        return written
    return _Compression(traces.quality, luma_steps(traces.quality), traces.phase)
