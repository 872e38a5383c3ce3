"""Noise removed from a photograph."""

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar

from torch import Tensor

from preimage.denoisers import AnscombeDenoiser, Denoiser
from preimage.errors import ArgumentError
from preimage.files.samples.sampling import Sampling
from preimage.models.dip import DeepImagePrior
from preimage.notation import parse_noise
from preimage.physics import Denoising, LinearPhysics
from preimage.restore.frame.engine import Restored, restore
from preimage.restore.frame.light import Light, find_light
from preimage.restore.frame.pictures import Picture
from preimage.restore.frame.task import EitherTask, Level, Outcome
from preimage.restore.frame.work import Method, Progress, Settings
from preimage.restore.methods.denoiser import ByDenoiser
from preimage.restore.methods.dip import settings as choices
from preimage.restore.methods.dip.method import ByDip, Dip, as_dip
from preimage.restore.methods.in_range import InRange
from preimage.restore.methods.search import of_patches
from preimage.solve import Reason

__all__ = ["Denoise", "DenoiseByPatches", "denoise", "denoising"]

# Below these levels, by channels, the compact networks are further from the picture than the noise is: at 1/255 the one
# for colour takes 48.1 dB to 44.6, and to 48.6 blended with the picture.
_LEAST = {1: 2 / 255, 3: 3 / 255}


@dataclass(frozen=True)
class Denoise(EitherTask):
    """``y = x + noise``.

    Args:
        noise: ``auto``, ``gaussian`` or ``poisson:GAIN``, as users write it.
        light: the noise of light of the picture in hand.
    """

    noise: str = "auto"
    light: Light | None = None

    name: ClassVar[str] = "denoise"
    default_steps: ClassVar[int] = 1
    method: ClassVar[str] = "drunet"

    def options(self) -> dict[str, Any]:
        """The method, and the kind of noise."""
        return {"method": self.method, "noise": self.noise}

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

    def resolved(self, level: Level, strength: float) -> dict[str, float]:
        """The noise of light as well, of no gain where there is none."""
        light = level.light or Light(0.0, 0.0)
        return {**super().resolved(level, strength), "gain": light.gain, "sensor_sigma": light.sigma}

    def at(self, level: Level) -> "Denoise":
        """With the noise of light of this picture."""
        return dataclasses.replace(self, light=level.light)

    def prepared(self, denoiser: Denoiser) -> Denoiser:
        """The network; in part where noise is fainter than its own errors."""
        return InRange(denoiser, power=2, least=self.least(denoiser))

    def least(self, denoiser: Denoiser) -> float:
        """The faintest noise that ``denoiser`` removes whole."""
        return max(_LEAST.get(denoiser.traits.channels or 1, 0.0), denoiser.traits.sigma_range[0])

    def footprint(self, channels: int, height: int, width: int) -> tuple[int, int]:
        """The picture and the result."""
        return 8 * channels * height * width, 8 * channels * height * width

    def solve(self, y: Tensor, denoiser: Denoiser, sigma: float, steps: int, trace: bool = False) -> Outcome:
        """One call of the denoiser, whatever ``steps``; for noise of light after Anscombe's transform."""
        if self.light is None:
            least = self.least(denoiser)
            share = (sigma / least) ** 2 if sigma < least else 1.0
            return Outcome(denoiser(y, sigma), Reason("one_pass", 1), share=share)
        strength = sigma / self.light.over(y) if sigma else 1.0
        return Outcome(
            AnscombeDenoiser(denoiser, self.light.gain, strength)(y, self.light.sigma), Reason("one_pass", 1)
        )

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

    def least(self, denoiser: Denoiser) -> float:
        """The faintest of its training."""
        return denoiser.traits.sigma_range[0]

    def range_notes(self, denoiser: Denoiser, level: float) -> list[str]:
        """Only where noise is too strong: fainter noise it removes in part."""
        return super().range_notes(denoiser, max(level, denoiser.traits.sigma_range[0]))


def denoising(method: str | Dip, noise: str = "auto") -> Method:
    """The task and how it is done.

    Raises:
        ArgumentError: no such method, or no such noise, or one that the method does not ask for.
    """
    parse_noise(noise)
    methods = {kind.method: kind for kind in (Denoise, DenoiseByPatches)}
    if dip := as_dip(method):
        if noise != "auto":
            raise ArgumentError(f"`noise` must be left out for dip, got {noise!r}; it makes no assumption about noise.")
        return ByDip(Denoise("gaussian"), dip)
    if method not in methods:
        raise ArgumentError(f"`method` must be {', '.join(methods)} or dip, got {method!r}; leave it out.")
    return ByDenoiser(methods[str(method)](noise))


def denoise(
    image: Picture,
    *,
    sigma: float | str = "auto",
    strength: float = 1.0,
    steps: int | None = None,
    method: str | Dip = "drunet",
    search: str = "light",
    noise: str = "auto",
    weights: str | None = None,
    memory: str | int | None = None,
    device: str = "auto",
    seed: int = 0,
    bits: int | None = None,
    progress: Progress | None = None,
) -> Restored:
    """Remove noise: one call of the denoiser at the noise level, or a network fitted to the picture.

    Args:
        image: see :func:`preimage.restore.deblur`, as for everything else.
        steps: the most of ``dip``; the others take a single pass.
        method: ``drunet``, a network; ``groupsc``, a sparse model of similar patches; or ``dip``, a deep image prior
            (:class:`Dip` for more to choose): a network fitted to this picture, which knows no other and makes no
            assumption about the noise. It stops when what it draws varies least.
        search: how ``groupsc`` looks for these: ``light``, as in training, or ``paper``,
            every pixel instead of every second or third.
        noise: ``gaussian``, of one ``sigma`` everywhere; ``poisson:GAIN``, of light, whose photons are worth ``GAIN``
            of the picture's range each (its variance is ``GAIN x``), and of a sensor, whose noise is ``sigma``, 0 for
            ``auto``; or ``auto``, which is ``gaussian`` unless the noise is seen to grow with brightness. Noise of
            light is removed after the generalised Anscombe transform (:class:`preimage.denoisers.AnscombeDenoiser`).

    Raises:
        ImageFileError, ArgumentError: see there.
    """
    if steps is not None and as_dip(method) is None:
        raise ArgumentError(f"`steps` must be left out for {method}, got {steps}; it takes a single pass.")
    settings = Settings(sigma, strength, steps, weights, memory, device, seed, search=search, bits=bits)
    return restore(image, denoising(method, noise), settings, progress)
