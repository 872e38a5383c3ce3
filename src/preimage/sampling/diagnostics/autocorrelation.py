"""How much a draw tells of those after it."""

import torch
from torch import Tensor

from preimage.errors import ShapeError

__all__ = ["autocorrelation", "autocovariance"]


def autocovariance(chains: Tensor) -> Tensor:
    """``c_t = 1/n sum_i (x_i - m)(x_(i+t) - m)`` of each chain, t = 0..n-1, by Fourier transforms: like ``chains``."""
    n = chains.shape[2]
    centred = chains - chains.mean(2, keepdim=True)
    spectrum = torch.fft.rfft(centred, 2 * n, dim=2)
    return torch.fft.irfft(spectrum.abs().square(), 2 * n, dim=2)[:, :, :n] / n


def autocorrelation(chains: Tensor) -> Tensor:
    """``c_t / c_0`` with the autocovariances ``c``, means over the chains, at the lags t = 0..draws-1.

    Args:
        chains: (B, chains, draws, ...); ``posterior.by_chain()`` has them.

    Returns:
        (B, draws, ...), in float64; NaN where nothing moved.

    Raises:
        ShapeError: ``chains`` has fewer dimensions.
    """
    if chains.ndim < 3:
        raise ShapeError(f"`chains` must be (B, chains, draws, ...), got {tuple(chains.shape)}; add what is missing.")
    means = autocovariance(chains.double()).mean(1)
    return means / means[:, :1]
