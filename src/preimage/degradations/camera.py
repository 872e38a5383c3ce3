"""Pictures as a camera would have taken them: the noise of its sensor, gone through its processing."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from preimage._ranges import check_level
from preimage.degradations.demosaicking import demosaicked
from preimage.degradations.draws import Range, draw_index, draw_number, draw_seed, require_range
from preimage.degradations.step import DrawnStep, Pair, Step, drawn_per_sample
from preimage.errors import ArgumentError, ShapeError
from preimage.physics import CameraPipeline, Decolorize, RawCamera
from preimage.physics.generators import CameraPipelineGenerator
from preimage.physics.noise.base import draw_normal

__all__ = ["CameraStep", "DrawnCamera"]

Tone = Literal["srgb", "smoothstep"]
Demosaicking = Literal["bilinear", "gradient"]
_PATTERNS = ("RGGB", "BGGR", "GRBG", "GBRG")
_TONES: tuple[Tone, Tone] = ("srgb", "smoothstep")
_METHODS: tuple[Demosaicking, Demosaicking] = ("bilinear", "gradient")
# Brooks et al.: of the logarithms of the variance of read noise and of shot noise at white.
_SLOPE, _OFFSET, _SPREAD = 2.18, 1.20, 0.26


@dataclass(frozen=True)
class DrawnCamera(DrawnStep):
    """``y = finish(demosaic(mosaic(light(x)) + noise))``, the noise of variance ``shot * light + read``.

    The light behind the picture is that of ``tone``; the picture is finished with ``finish``. Where these are two
    curves, the clean picture goes through them, too, and only noise and mosaic are to be undone.

    Args:
        white_balance: factors of red and blue.
        colours: the 3x3 matrix from the camera's colours to linear sRGB.
        exposure: a factor of all colours.
        shot: variance at white, >= 0.
        read: variance at black, >= 0.
        seed: sample ``b`` of a batch takes ``seed + b``.
        pattern: colours of a cell of the mosaic.
        method: how it is demosaicked, "bilinear" or "gradient".
        tone: the tone curve that is undone, "srgb" or "smoothstep".
        finish: the one that is applied.

    Raises:
        ArgumentError: a variance is below zero, or there is no such pattern, method or curve.
    """

    white_balance: tuple[float, float]
    colours: tuple[tuple[float, ...], ...]
    exposure: float
    shot: float
    read: float
    seed: int
    pattern: str = "RGGB"
    method: Demosaicking = "gradient"
    tone: Tone = "srgb"
    finish: Tone = "srgb"

    def __post_init__(self) -> None:
        check_level("shot", self.shot, "give a variance", zero=True)
        check_level("read", self.read, "give a variance", zero=True)
        if self.pattern not in _PATTERNS or self.method not in _METHODS or not {self.tone, self.finish} <= set(_TONES):
            raise ArgumentError(
                f"`pattern` must be one of {', '.join(_PATTERNS)}, `method` of {', '.join(_METHODS)}, `tone` and "
                f"`finish` of {', '.join(_TONES)}, got {self.pattern!r}, {self.method!r}, {self.tone!r}, "
                f"{self.finish!r}."
            )

    def apply(self, pair: Pair) -> Pair:
        """Take the degraded picture by the camera; grey ones as pictures of grey things.

        Raises:
            ShapeError: a picture is neither grey nor RGB.
        """
        degraded = self._in_colour(pair.degraded, self._taken)
        return Pair(degraded, self._in_colour(pair.clean, self._toned) if self.tone != self.finish else pair.clean)

    def _taken(self, x: Tensor) -> Tensor:
        light = RawCamera(self._pipeline(self.tone, x), self.pattern).A(x)
        deviation = (self.shot * light.clamp_min(0) + self.read).sqrt()
        noisy = light + deviation * drawn_per_sample(light, self.seed, draw_normal)
        return self._pipeline(self.finish, x).A(demosaicked(noisy, self.pattern, self.method))

    def _toned(self, x: Tensor) -> Tensor:
        return self._pipeline(self.finish, x).A(self._pipeline(self.tone, x).inverse(x))

    def _in_colour(self, x: Tensor, change: Callable[[Tensor], Tensor]) -> Tensor:
        if x.shape[1] == 1:
            return Decolorize().A(change(x.expand(-1, 3, -1, -1)))
        if x.shape[1] != 3:
            raise ShapeError(f"`image` must be grey or RGB for a camera, got {x.shape[1]} channels; convert it.")
        return change(x)

    def _pipeline(self, tone: Tone, like: Tensor) -> CameraPipeline:
        red, blue = self.white_balance
        balance = like.new_tensor([[red, 1.0, blue]])
        return CameraPipeline(balance, like.new_tensor(self.colours)[None], self.exposure, tone)


@dataclass(frozen=True)
class CameraStep(Step):
    """A random camera: white balance, colours, exposure, mosaic, its demosaicking, tone curve, and noise of the sensor.

    The variance of shot noise has a uniform logarithm; that of read noise, ``log read = 2.18 log shot + 1.2 + 0.26 n``
    with a normal ``n``.

    Args:
        red, blue: ranges of the factors of the white balance.
        shot: range of the variance of the noise at white, in linear light.
        retouched: probability that the picture is finished with another tone curve, the clean picture, too.

    Raises:
        ArgumentError: a range is none.

    Source: Brooks et al., "Unprocessing images for learned raw denoising", CVPR 2019.
    """

    red: Range = (1.9, 2.4)
    blue: Range = (1.5, 1.9)
    shot: Range = (1e-4, 1.2e-2)
    retouched: float = 0.0

    def __post_init__(self) -> None:
        require_range(self.red, "red", 0.1)
        require_range(self.blue, "blue", 0.1)
        require_range(self.shot, "shot", 1e-12)

    def draw(self, rng: torch.Generator) -> tuple[DrawnStep, ...]:
        """Draw the camera and its noise."""
        camera = CameraPipelineGenerator(self.red, self.blue).draw(rng)
        low, high = map(math.log, self.shot)
        shot = draw_number((low, high), rng)
        spread = _SPREAD * torch.randn((), generator=rng, dtype=torch.float64).item()
        tone = draw_index((1.0, 1.0), rng)
        finish = 1 - tone if draw_number((0.0, 1.0), rng) < self.retouched else tone
        red, _, blue = camera["white_balance"].tolist()
        drawn = DrawnCamera(
            white_balance=(red, blue),
            colours=tuple(map(tuple, camera["colour_matrix"].tolist())),
            exposure=camera["exposure"].item(),
            shot=math.exp(shot),
            read=math.exp(_SLOPE * shot + _OFFSET + spread),
            seed=draw_seed(rng),
            pattern=_PATTERNS[draw_index([1.0] * 4, rng)],
            method=_METHODS[draw_index((1.0, 1.0), rng)],
            tone=_TONES[tone],
            finish=_TONES[finish],
        )
        return (drawn,)
