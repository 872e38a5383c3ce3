"""The probability-flow equation."""

from torch import Tensor

from preimage._shapes import per_image
from preimage.sampling.sampler.base import MeanEstimate

__all__ = ["flow_slope"]


def flow_slope(denoiser: MeanEstimate, x: Tensor, sigma: Tensor) -> Tensor:
    """``dx / dsigma = (x - D(x, sigma)) / sigma``, the flow that keeps the law of ``x0 + sigma n``.

    Source: Song et al., ICLR 2021, equation 13, for noise that is added and nothing else.
    """
    return (x - denoiser(x, sigma)) / per_image(sigma, x)
