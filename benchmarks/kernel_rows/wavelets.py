"""Wavelets: shrinkage by a prior and by a denoiser."""

from collections.abc import Callable
from functools import partial

import torch

from kernel_rows import Row


def shrinkage(side: int) -> Callable[[], object]:
    from preimage.optim import WaveletPrior

    x, prior = torch.rand(1, 3, side, side), WaveletPrior(0.1, "db8", 3)
    return lambda: prior.prox(x, 1.0)


def denoising(wavelet: str | tuple[str, ...]) -> Callable[[], object]:
    from preimage.denoisers import WaveletDenoiser

    x, denoiser = torch.rand(1, 3, 256, 256), WaveletDenoiser(wavelet, 4)
    return lambda: denoiser(x, 0.1)


def volume() -> Callable[[], object]:
    from preimage.optim import WaveletPrior

    x, prior = torch.rand(1, 1, 64, 64, 64), WaveletPrior(0.1, "db4", 3)
    return lambda: prior.prox(x, 1.0)


ROWS = [
    Row("Wavelet shrinkage, db8, 3 levels, 3x256x256", 0.6, partial(shrinkage, 256)),
    Row("Wavelet shrinkage, db8, 3 levels, 3x1024x1024", 0.6, partial(shrinkage, 1024)),
    Row("Wavelet shrinkage, db4, 3 levels, 64x64x64", 0.6, volume),
    Row("Wavelet denoiser, sym8, 4 levels, 3x256x256", 0.6, partial(denoising, "sym8")),
]
