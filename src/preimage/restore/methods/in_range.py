"""Denoisers asked for a level below those they were trained for."""

from collections.abc import Iterator

import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage.denoisers import Denoiser, DenoiserWrapper
from preimage.denoisers.base import stacked

__all__ = ["POWERS", "InRange"]

# The squared error that JPEG makes is about proportional to its level, the variance of noise to the square.
POWERS = {"noise": 2, "jpeg": 1}


class InRange(DenoiserWrapper):
    """``x + s (D(x, max(level, low)) - x)`` with ``s = min(1, level / low)^power``, ``low`` the least good level.

    A trained model need not be harmless below its levels: unrolled steps may diverge there, and a network is further
    from the picture than faint noise. So it is asked for the least level at which it is good, and its result is blended
    with the input, which is right at level zero.

    Args:
        denoiser: the model; its traits say what it was trained for.
        least: ``low``, where that is more than the least trained level.
        power: 2 for noise, since the variance of noise that is there to be removed falls with the square of the
            level; other kinds of degradation fall otherwise.

    Shapes: images (B, C, H, W) as for ``denoiser``; the level is a float or (B,).
    """

    def __init__(self, denoiser: Denoiser, power: float, least: float = 0.0) -> None:
        super().__init__(denoiser)
        self.power = power
        self.least = max(least, denoiser.traits.sigma_range[0])

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        return stacked(self.bands(x, sigma), x)

    def bands(self, x: Tensor, sigma: float | Tensor) -> Iterator[Tensor]:
        """The same in the bands of ``denoiser``."""
        low = self.least
        level = torch.as_tensor(sigma, dtype=x.dtype, device=x.device)
        if bool((level >= low).all()):
            yield from self.denoiser.bands(x, sigma)
        elif bool((level <= 0).all()):
            yield x
        else:
            share, start = per_image((level / low).clamp(max=1) ** self.power, x), 0
            for band in self.denoiser.bands(x, level.clamp_min(low)):
                rows = x[..., start : start + band.shape[-2], :]
                yield torch.lerp(rows, band, share.expand_as(rows))
                start += band.shape[-2]
