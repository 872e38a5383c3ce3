"""Denoising by wavelet shrinkage."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage._ranges import check_count
from preimage._shapes import per_image
from preimage.denoisers.base import Denoiser
from preimage.transform import Wavelet, soft_threshold

__all__ = ["WaveletDenoiser"]


class WaveletDenoiser(Denoiser):
    r"""Soft threshold of the wavelet details, at ``sigma^2 / sqrt(max(v - sigma^2, 0))`` where ``v`` is their power.

    ``v`` is taken over each band of each channel; a band no stronger than the noise goes. The border is replicated up
    to a multiple of ``2^level``, and cut off again. Several wavelets each make an estimate, and the mean is returned.

    Args:
        wavelet: an orthogonal wavelet of PyWavelets, or several of them.
        level: how many times the low-pass part is split, >= 1.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Chang, Yu, Vetterli 2000 (BayesShrink).
    """

    def __init__(self, wavelet: str | Sequence[str] = "sym8", level: int = 4) -> None:
        super().__init__()
        check_count("level", level, "4 is the default")
        self.wavelet = wavelet if isinstance(wavelet, str) else tuple(wavelet)
        self.level = level
        names = [wavelet] if isinstance(wavelet, str) else wavelet
        self.transforms = tuple(Wavelet(name, level) for name in names)

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        height, width = x.shape[-2:]
        block = 2 ** self.transforms[0].level
        padded = F.pad(x, (0, -width % block, 0, -height % block), mode="replicate")
        noise = per_image(sigma, x) ** 2
        estimates = torch.stack([_shrunk(padded, noise, transform) for transform in self.transforms])
        return estimates.mean(0)[..., :height, :width]


def _shrunk(x: Tensor, noise: Tensor, transform: Wavelet) -> Tensor:
    coefficients = transform.analysis(x)
    result = coefficients.clone()
    _, *levels = transform.bands(coefficients)
    _, *shrunk = transform.bands(result)
    for band, target in zip(sum(levels, ()), sum(shrunk, ()), strict=True):
        power = band.square().mean((-2, -1), keepdim=True)
        signal = (power - noise).clamp_min(torch.finfo(x.dtype).tiny).sqrt()
        target.copy_(soft_threshold(band, (noise / signal).clamp_max(torch.finfo(x.dtype).max)))
    return transform.synthesis(result)
