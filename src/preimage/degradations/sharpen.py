"""Sharpening by an unsharp mask."""

from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._ranges import check_count, check_level
from preimage.degradations.border import mirrored
from preimage.degradations.step import DrawnStep, Pair, Step
from preimage.physics.kernels import gaussian_blur
from preimage.transform.convolution import convolve

__all__ = ["DrawnSharpening", "SharpenStep"]


@dataclass(frozen=True)
class DrawnSharpening(DrawnStep):
    """``m (x + weight r) + (1 - m) x`` with ``r = x - G x``, and ``m = G [|r| > threshold / 255]``.

    Args:
        weight: how much of the difference ``r`` to the blurred picture is added, >= 0.
        radius: the radius of the Gaussian ``G`` in pixels: its kernel has ``n = 2 floor(radius / 2) + 1`` taps a
            side, and the standard deviation ``0.15 n + 0.35``.
        threshold: differences up to it, in 0..255, stay, >= 0.
        both: whether the clean picture is sharpened, too.
    """

    weight: float = 0.5
    radius: int = 50
    threshold: float = 10.0
    both: bool = True

    def __post_init__(self) -> None:
        check_level("weight", self.weight, "give a share", zero=True)
        check_count("radius", self.radius, "give pixels")
        check_level("threshold", self.threshold, "give a difference in 0..255", zero=True)

    def apply(self, pair: Pair) -> Pair:
        """Sharpen one picture or both."""
        degraded = self._sharpened(pair.degraded)
        if not self.both:
            return pair._replace(degraded=degraded)
        return Pair(degraded, degraded if pair.clean is pair.degraded else self._sharpened(pair.clean))

    def _sharpened(self, x: Tensor) -> Tensor:
        difference = x - self._blurred(x)
        mask = self._blurred((difference.abs() > self.threshold / 255).to(x.dtype))
        sharp = (x + self.weight * difference).clamp(0, 1)
        return mask * sharp + (1 - mask) * x

    def _blurred(self, x: Tensor) -> Tensor:
        taps = 2 * (self.radius // 2) + 1
        kernel = gaussian_blur(0.15 * taps + 0.35, size=taps, dtype=x.dtype)
        return convolve(mirrored(x, taps // 2), kernel.to(x.device), "valid")


@dataclass(frozen=True)
class SharpenStep(Step):
    """Sharpening by an unsharp mask of fixed strength: it draws the :class:`DrawnSharpening` of its arguments.

    Args:
        weight: how much of the difference to the blurred picture is added, >= 0.
        radius: the radius of the blur in pixels.
        threshold: differences up to it, in 0..255, stay, >= 0.
        both: whether the clean picture is sharpened, too.
    """

    weight: float = 0.5
    radius: int = 50
    threshold: float = 10.0
    both: bool = True

    def draw(self, rng: torch.Generator) -> tuple[DrawnStep, ...]:
        """The same in every draw."""
        return (DrawnSharpening(self.weight, self.radius, self.threshold, self.both),)
