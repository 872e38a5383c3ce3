"""Noise removed from a photograph."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from torch import Tensor
from typing_extensions import Unpack, override

from preimage.blind.light import Light, find_light
from preimage.errors import ArgumentError
from preimage.files.samples.sampling import Sampling
from preimage.notation import parse_noise
from preimage.physics import Denoising, LinearPhysics
from preimage.restore.frame.engine import Restored, carry_out
from preimage.restore.frame.level import Level
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
        noise: ``auto``, ``gaussian`` or ``poisson:GAIN``, as users write it.
    """

    noise: str = "auto"

    name: ClassVar[str] = "denoise"

    def __post_init__(self) -> None:
        parse_noise(self.noise)  # tells what there is

    @classmethod
    @override
    def recorded(cls, settings: Mapping[str, Any], resolved: Mapping[str, Any]) -> dict[str, Any]:
        if settings.get("method") == "dip":
            return {}
        gain = resolved.get("gain")
        return {"noise": f"poisson:{gain!r}" if isinstance(gain, float) and gain else settings.get("noise", "auto")}

    @classmethod
    def recorded_sigma(cls, settings: Mapping[str, Any], resolved: Mapping[str, Any]) -> Any:
        """Of light that of the sensor; where some of several pictures have light it is found again, one by one."""
        gain = resolved.get("gain", 0.0)
        if isinstance(gain, list) and any(gain):
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

    def level(self, pixels: Tensor, sigma: float | None, sampling: Sampling) -> Level:
        """That of white noise, or of light where that is given or clearly seen."""
        gain = parse_noise(self.noise)
        if gain:
            light = Light(gain, sigma or 0.0)
            return Level(light.over(pixels), "given", light=light)
        level = super().level(pixels, sigma, sampling)
        if gain is None and sigma is None:
            light = find_light(pixels, level.value)
            if light is not None:
                note = "the noise grows with brightness, as that of light; --noise gaussian takes it for even"
                return Level(light.over(pixels), "estimated", (*level.notes, note), light)
        return level

    def entries(self, level: Level, strength: float) -> dict[str, float]:
        """The noise of light as well, of no gain where there is none."""
        light = level.light or Light(0.0, 0.0)
        return {**super().entries(level, strength), "gain": light.gain, "sensor_sigma": light.sigma}

    @override
    def witness(self) -> LinearPhysics:
        return Denoising()

    @override
    def problem(self, y: Tensor, sigma: float | None) -> Problem:
        return Problem(y, Denoising(), sigma or 0.0)


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
            ``auto``; or ``auto``, which is ``gaussian`` unless the noise is seen to grow with brightness. Noise of
            light is removed after the generalised Anscombe transform (:class:`preimage.denoisers.AnscombeDenoiser`).
    """
    return carry_out(image, Denoise(noise), method, progress, **options)
