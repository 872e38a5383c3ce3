"""The noise of cameras: a network that knows it, or denoisers of white noise, octave by octave."""

from collections.abc import Sequence

from preimage import zoo
from preimage.denoisers import Denoiser, OctaveDenoiser
from preimage.restore.frame.level import GoingOn

__all__ = ["WEIGHTS", "camera_denoiser", "is_as_of_cameras", "is_for_white_noise"]

# Factors on the level of each octave, the finest first. To a network trained on white noise that of one octave looks
# weaker, and like texture.
_MORE = (1.8, 1.3, 1.0)

WEIGHTS = {1: "blind-grey", 3: "blind-color"}
"""Networks that were trained on the noise of cameras, by the channels of the picture."""

# The least level of the finest octave by that of all. The networks gain up to 4 dB on noise of cameras, also after JPEG
# (0.31 to 0.85), and leave smoother noise, such as white noise after a Gaussian of 1.5 pixels (0.2 to 0.3).
_FINE = 0.3


def is_as_of_cameras(noise: GoingOn) -> bool:
    """Whether the networks were trained on such noise; smoother noise they leave."""
    return noise.octaves[0] >= _FINE


def is_for_white_noise(name: str) -> bool:
    """Whether weights know no other noise: those for unknown noise, and the user's own, take it as it is."""
    return name in zoo.names() and not name.startswith("blind-")


def camera_denoiser(denoiser: Denoiser, octaves: Sequence[float]) -> Denoiser:
    """``denoiser`` for noise that goes on from pixel to pixel: octave by octave, the coarsest first.

    Pictures of simulated cameras came out as well as with one pass at twice the level, and 1.5 dB better where they
    had been enlarged. The level function is not used: made even over brightness and channels before, they came out
    worse, by 0.1 to 1 dB, because colours are no longer those that the network knows.

    Args:
        denoiser: made for white noise.
        octaves: see :class:`GoingOn`.
    """
    return OctaveDenoiser(denoiser, [more * level for more, level in zip(_MORE, octaves, strict=False)])
