"""Denoising by wavelet shrinkage."""

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage._shapes import per_image
from preimage.denoisers.base import Denoiser
from preimage.transform import Wavelet, soft_threshold

__all__ = ["WaveletDenoiser"]


class WaveletDenoiser(Denoiser):
    r"""Soft threshold of the wavelet details, at ``sigma^2 / sqrt(max(v - sigma^2, 0))`` where ``v`` is their power.

    ``v`` is taken over each band of each channel; a band no stronger than the noise goes. The border is replicated up
    to a multiple of ``2^level``, and cut off again.

    Args:
        wavelet: an orthogonal wavelet of PyWavelets.
        level: how many times the low-pass part is split, >= 1.

    Source: Chang, Yu, Vetterli 2000 (BayesShrink).
    """

    def __init__(self, wavelet: str = "sym8", level: int = 4) -> None:
        super().__init__()
        self.transform = Wavelet(wavelet, level)

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        height, width = x.shape[-2:]
        block = 2**self.transform.level
        padded = F.pad(x, (0, -width % block, 0, -height % block), mode="replicate")
        coefficients = self.transform.analysis(padded)
        result = coefficients.clone()
        noise = per_image(sigma, x) ** 2
        _, *levels = self.transform.bands(coefficients)
        _, *shrunk = self.transform.bands(result)
        for band, target in zip(sum(levels, ()), sum(shrunk, ()), strict=True):
            power = band.square().mean((-2, -1), keepdim=True)
            signal = (power - noise).clamp_min(torch.finfo(x.dtype).tiny).sqrt()
            target.copy_(soft_threshold(band, (noise / signal).clamp_max(torch.finfo(x.dtype).max)))
        return self.transform.synthesis(result)[..., :height, :width]
