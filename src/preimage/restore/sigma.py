"""The noise level as users write it, and what rounding leaves."""

import math
import re

from torch import Tensor

from preimage.errors import ArgumentError
from preimage.files.sampling import Sampling

__all__ = ["LUMA", "describe_sigma", "luma", "parse_noise", "parse_sigma", "rounding_level"]

# Noise that JPEG at high quality hides in part, in units of 1/255: less makes deblurring ring where there was some.
_JPEG_LEVEL = 4.0
LUMA = (0.299, 0.587, 0.114)  # of ITU-R 601, as in JPEG


def parse_sigma(sigma: str | float) -> float | None:
    """The standard deviation in image units, or None for ``"auto"``.

    ``"25/255"``, ``"0.098"`` and numbers are understood.

    Raises:
        ArgumentError: not a number in [0, 1]; a level on the scale 0-255 gets a hint.
    """
    text = str(sigma).strip().lower()
    if text == "auto":
        return None
    parts = re.fullmatch(r"([0-9.eE+-]+)(?:\s*/\s*([0-9.]+))?", text)
    try:
        value = float(parts[1]) / float(parts[2] or 1) if parts else float("nan")
    except (ValueError, ZeroDivisionError):
        value = float("nan")
    if 1 < value <= 255 and parts and not parts[2]:
        raise ArgumentError(f"`sigma` must be in [0, 1], the scale of the picture, got {text}; write {text}/255.")
    if not 0 <= value <= 1:
        raise ArgumentError(
            f"`sigma` must be auto or a number in [0, 1], got {sigma!r}; write it like 25/255 or 0.098."
        )
    return value


def parse_noise(noise: str) -> float | None:
    """The gain of noise of light, ``poisson:0.01`` or ``poisson:1/100``; 0 for ``gaussian``, ``None`` for ``auto``.

    Raises:
        ArgumentError: another word, or no gain in (0, 1].
    """
    text = noise.strip().lower()
    if text in ("auto", "gaussian"):
        return None if text == "auto" else 0.0
    parts = re.fullmatch(r"poisson:([0-9.e+-]+)(?:/([0-9.]+))?", text)
    try:
        gain = float(parts[1]) / float(parts[2] or 1) if parts else 0.0
    except (ValueError, ZeroDivisionError):
        gain = 0.0
    if not 0 < gain <= 1:
        raise ArgumentError(
            f"`noise` must be auto, gaussian or poisson:GAIN with a gain in (0, 1], got {noise!r}; write it like "
            "poisson:0.01, for photons that are worth a hundredth of the picture's range each."
        )
    return gain


def describe_sigma(sigma: float) -> str:
    """``sigma`` in both units."""
    return f"{sigma:.4f} ({255 * sigma:.2f}/255)"


def luma(y: Tensor) -> Tensor:
    """Brightness (..., 1, H, W) of a picture (..., C, H, W), C = 1 or 3."""
    if y.shape[-3] == 1:
        return y
    red, green, blue = (weight * y[..., c : c + 1, :, :] for c, weight in enumerate(LUMA))
    return red + green + blue


def rounding_level(sampling: Sampling) -> float:
    """How far samples may be from what was measured because they were rounded, in image units.

    Rounding to multiples of ``step`` leaves a uniform error of standard deviation ``step / sqrt(12)``. JPEG zeroes most
    coefficients, and what it zeroed, noise included, is only known to be less than half a step. The root mean square
    ``h`` of the half steps bounds the error. Most coefficients of a photograph are far smaller, the more so the coarser
    the table: the level is ``min(h, max(4, sqrt(h)))`` in units of 1/255, which was near the best in deblurring and
    super-resolution at qualities 10 to 98.
    """
    level = sampling.step / math.sqrt(12)
    if sampling.luma_steps:
        squares = sum(step**2 for step in sampling.luma_steps) / len(sampling.luma_steps)
        half = math.sqrt(squares) / 2
        level = max(level, min(half, max(_JPEG_LEVEL, math.sqrt(half))) / 255)
    return min(level, 1.0)
