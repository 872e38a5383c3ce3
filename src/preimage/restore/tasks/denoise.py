"""Noise removed from a photograph."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from torch import Tensor
from typing_extensions import Unpack, override

from preimage.blind import NoiseEstimate, estimate_noise, find_jpeg
from preimage.blind.light import Light, find_light
from preimage.blind.noise.table import TRUSTED
from preimage.errors import ArgumentError
from preimage.files.samples.sampling import Sampling
from preimage.notation import parse_noise
from preimage.physics import Denoising, LinearPhysics
from preimage.restore.frame.engine import Restored, carry_out
from preimage.restore.frame.level import GoingOn, Level, level_of
from preimage.restore.frame.method import Method
from preimage.restore.frame.pictures import Picture
from preimage.restore.frame.settings import Options
from preimage.restore.frame.task import Problem, Task
from preimage.restore.frame.task_function import task_function
from preimage.restore.frame.work import Progress

__all__ = ["Denoise", "denoise"]


@dataclass(frozen=True)
class Denoise(Task):
    """``y = x + noise``.

    Args:
        noise: ``auto``, ``gaussian``, ``camera``, ``poisson:GAIN`` or ``poisson:GAIN@BLACK``, as users write it.
    """

    noise: str = "auto"

    name: ClassVar[str] = "denoise"
    is_local: ClassVar[bool] = True

    def __post_init__(self) -> None:
        parse_noise(self.noise)  # tells what there is

    @classmethod
    @override
    def recorded(cls, settings: Mapping[str, Any], resolved: Mapping[str, Any]) -> dict[str, Any]:
        if settings.get("method") == "dip":
            return {}
        gain, reach = resolved.get("gain"), resolved.get("correlation_length", 1.0)
        if isinstance(reach, float) and reach > 1:
            return {"noise": "camera"}
        if not isinstance(gain, float) or not gain:
            return {"noise": settings.get("noise", "auto")}
        black = resolved.get("black_level", 0.0)
        return {"noise": f"poisson:{gain!r}@{black!r}" if black else f"poisson:{gain!r}"}

    @classmethod
    def recorded_sigma(cls, settings: Mapping[str, Any], resolved: Mapping[str, Any]) -> Any:
        """Of light that of the sensor; where some of several pictures have noise of light or of a camera, ``auto``."""
        gain, reach = resolved.get("gain", 0.0), resolved.get("correlation_length", 1.0)
        if (isinstance(gain, list) and any(gain)) or (isinstance(reach, list) and max(reach) > 1):
            return settings["sigma"]
        return resolved.get("sensor_sigma" if isinstance(gain, float) and gain else "sigma_before_strength", "auto")

    def blind(self) -> "Denoise":
        """For noise of any kind.

        Raises:
            ArgumentError: a kind was given.
        """
        if self.noise != "auto":
            raise ArgumentError(
                f"`noise` must be left out for dip, got {self.noise!r}; it makes no assumption about noise."
            )
        return Denoise("gaussian")

    def _is_camera(self) -> bool:
        return self.noise.strip().lower() == "camera"

    def level(self, pixels: Tensor, sigma: float | None, sampling: Sampling) -> Level:
        """That of white noise, of light, or of a camera, as it is given or clearly seen."""
        if self._is_camera():
            return _of_camera(estimate_noise(pixels), sigma)
        given = parse_noise(self.noise)
        if given is not None and given[0]:
            light = Light(given[0], sigma or 0.0, given[1])
            return Level(light.over(pixels), "given", light=light)
        if given is not None or sigma is not None:
            return super().level(pixels, sigma, sampling)
        found = estimate_noise(pixels)
        if not found.is_white:
            return _with_jpeg(_of_camera(found, None), pixels)
        level = level_of(found.white, sampling)
        light = find_light(pixels, level.value)
        if light is None:
            return level
        note = "the noise grows with brightness, as that of light; --noise gaussian takes it for even"
        return Level(light.over(pixels), "estimated", (*level.notes, note), light)

    def entries(self, level: Level, strength: float) -> dict[str, float]:
        """The noise of light as well, of no gain where there is none, and how far noise goes on, 1 for white noise."""
        light = level.light or Light(0.0, 0.0)
        return {
            **super().entries(level, strength), "gain": light.gain, "sensor_sigma": light.sigma,
            "black_level": light.black, "correlation_length": level.reach,
        }  # fmt: skip

    @override
    def witness(self) -> LinearPhysics:
        return Denoising()

    @override
    def problem(self, y: Tensor, sigma: float | None) -> Problem:
        return Problem(y, Denoising(), sigma or 0.0)


def _of_camera(found: NoiseEstimate, sigma: float | None) -> Level:
    """The level of noise that goes on from pixel to pixel; it is that of white noise where there is nothing to see."""
    if found.sigma == 0 or found.brightness.shape[1] == 0:
        return Level(found.sigma if sigma is None else sigma, "estimated" if sigma is None else "given")
    notes = () if found.trust > TRUSTED else ("little of the picture is flat: its texture may be taken for noise",)
    if sigma is not None:
        return Level(sigma, "given", notes, camera=GoingOn.of(found))
    note = "the noise goes on from pixel to pixel, as that of cameras; --noise gaussian takes it for white"
    return Level(found.sigma, "estimated", (note, *notes), camera=GoingOn.of(found))


def _with_jpeg(level: Level, pixels: Tensor) -> Level:
    """``level`` with a note on the compression that ``pixels`` have gone through."""
    traces = find_jpeg(pixels)
    if traces is None:
        return level
    return replace(level, notes=(*level.notes, f"the pixels went through JPEG of quality about {traces.quality}"))


@task_function
def denoise(
    image: Picture,
    *,
    noise: str = "auto",
    method: str | Method = "drunet",
    progress: Progress | None = None,
    **options: Unpack[Options],
) -> Restored:
    """Remove noise by one call of a denoiser at the noise level, or by a network fitted to the picture.

    Args:
        method: ``drunet``, a network; ``groupsc``, a sparse model of similar patches; or ``dip``, a deep image prior
            (:class:`Dip` for more to choose): a network fitted to this picture, which knows no other and makes no
            assumption about the noise. It stops when what it draws varies least.
        noise: ``gaussian``, of one ``sigma`` everywhere; ``poisson:GAIN``, of light, whose photons are worth ``GAIN``
            of the picture's range each (its variance is ``GAIN x``), and of a sensor, whose noise is ``sigma``, 0 for
            ``auto``; ``poisson:GAIN@BLACK``, of light with a variance of ``GAIN (x - BLACK)``, for cameras that give
            ``BLACK`` without light; ``camera``, of any level function and going on from pixel to pixel, both found by
            :func:`preimage.blind.estimate_noise`; or ``auto``, which is ``gaussian`` unless the noise is seen to grow
            with brightness, or to go on. Noise of light is removed after the generalised Anscombe transform
            (:class:`preimage.denoisers.AnscombeDenoiser`), that of cameras by a network that was trained on it; where
            it is smoother than that network knows, or other weights are named, octave by octave
            (:class:`preimage.denoisers.OctaveDenoiser`).
    """
    return carry_out(image, Denoise(noise), method, progress, **options)
