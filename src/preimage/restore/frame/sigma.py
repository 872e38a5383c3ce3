"""The noise level as users write it, and what rounding leaves."""

import math

from preimage.files.samples.sampling import Sampling

__all__ = ["describe_sigma", "rounding_level"]

# Noise that JPEG at high quality hides in part, in units of 1/255: less makes deblurring ring where there was some.
_JPEG_LEVEL = 4.0


def describe_sigma(sigma: float) -> str:
    """``sigma`` in both units."""
    return f"{sigma:.4f} ({255 * sigma:.2f}/255)"


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
