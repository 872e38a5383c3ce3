"""How finely the samples of a picture were rounded."""

from dataclasses import dataclass

__all__ = ["Sampling"]


@dataclass(frozen=True)
class Sampling:
    """What rounding on the way into a file has done to a picture, whatever its noise.

    Attributes:
        step: the distance of neighbouring sample values in units of ``pixels``, 1/255 for 8 bits; zero for floats.
        luma_steps: the 64 quantisation steps of brightness of a JPEG file, row by row of its 8x8 frequencies, in
            units of 1/255; empty for other files.
    """

    step: float = 0.0
    luma_steps: tuple[int, ...] = ()
