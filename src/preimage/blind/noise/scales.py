"""The noise of a picture made smaller: white noise has the same level in every octave, that of cameras has not."""

import dataclasses
import math
from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor

from preimage.blind.white_noise import WhiteNoiseEstimate, find_white_noise, step_of

__all__ = ["SCALES", "OctaveLevels", "octave_levels"]

SCALES = (1, 2, 4)
_LEAST = 32  # pixels of the shorter side of a picture made smaller
_GROWTH = 1.3  # of the level from the finest scale to the coarsest, beyond what is uncertain
_SEEN = 2 / 255  # levels of coarse noise that count


@dataclass(frozen=True)
class OctaveLevels:
    """Levels of the white noise that would be as strong as the noise of the picture at each scale.

    Attributes:
        levels: one for the picture as it is, and for it made 2 and 4 times smaller, where it is large enough: a mean
            over ``s x s`` pixels divides the level of white noise by ``s``, which is made up for.
    """

    levels: tuple[WhiteNoiseEstimate, ...]

    @property
    def grow(self) -> bool:
        """Whether noise is clearly stronger at a coarse scale than at the finest."""
        fine = self.levels[0].high
        return any(
            level.low > max((1.0 if scale == 2 else _GROWTH) * fine, _SEEN)
            for scale, level in zip(SCALES[1:], self.levels[1:], strict=False)
        )

    @property
    def may_grow(self) -> bool:
        """Whether noise seems to be stronger at the coarsest scale than at the finest, where the latter is not sure."""
        fine, coarse = self.levels[0], self.levels[-1]
        return coarse.low > max(_GROWTH * fine.sigma, _SEEN) and coarse.sigma > 2 * fine.sigma


def octave_levels(picture: Tensor, finest: WhiteNoiseEstimate) -> OctaveLevels:
    """What :func:`find_white_noise` finds in ``picture`` (C, H, W) at each scale; ``finest`` at the first."""
    found, step = [finest], step_of(picture[None], least=_SEEN)
    for scale in SCALES[1:]:
        small = F.avg_pool2d(picture[None], scale)[0]
        if min(small.shape[-2:]) < _LEAST:
            break
        found.append(_unrounded(find_white_noise(small).scaled(scale), step))
    return OctaveLevels(tuple(found))


def _unrounded(level: WhiteNoiseEstimate, step: float) -> WhiteNoiseEstimate:
    """Without what rounding to ``step`` leaves, which means no longer show: a picture of few tones has no noise."""
    if step < _SEEN:
        return level
    rest = (math.sqrt(max(0.0, value**2 - step**2 / 12)) for value in dataclasses.astuple(level))
    return WhiteNoiseEstimate(*rest)
