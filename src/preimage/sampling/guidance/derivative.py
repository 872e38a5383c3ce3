"""The derivative of a denoiser."""

import torch
from torch import Tensor

from preimage._recording import leaf, recorded
from preimage.sampling.sampler.base import MeanEstimate

__all__ = ["DenoisedPoint"]


class DenoisedPoint:
    """``D(x, sigma)`` and products with the transpose of its Jacobian there: one pass, and one back for each product.

    The Jacobian of the mean is ``Cov(x0 | x) / sigma^2``, which is symmetric; that of a network nearly is.

    Args:
        denoiser: the mean of the image given a noisy one.
        x: noisy images.
        sigma: their noise level.
    """

    def __init__(self, denoiser: MeanEstimate, x: Tensor, sigma: Tensor) -> None:
        with recorded():
            self._point = leaf(x.detach())
            self._output = denoiser(self._point, sigma)

    @property
    def value(self) -> Tensor:
        """``D(x, sigma)``, without a graph."""
        return self._output.detach()

    def pull_back(self, u: Tensor, last: bool = True) -> Tensor:
        """``J^T u``.

        Args:
            u: like the image.
            last: whether no other product is asked for, which frees memory.
        """
        return torch.autograd.grad(self._output, self._point, u, retain_graph=not last)[0]
