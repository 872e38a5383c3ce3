"""Metrics that take no notice of a global phase, which intensities do not tell."""

import torch
from torch import Tensor

from preimage.metric.base import Metric, check_pair

__all__ = ["CosineSimilarity", "PhaseAlignedNMSE", "align_phase"]


class CosineSimilarity(Metric):
    """``|<x_hat, x>| / (||x_hat|| ||x||)``: 1 where the images agree up to a number, 0 where they are orthogonal.

    The number may be negative or complex; 0 where an image is zero.

    Source: the definition.
    """

    higher_is_better = True

    def forward(self, x_hat: Tensor, x: Tensor) -> Tensor:
        """The score of each image, (B,)."""
        check_pair(x_hat, x)
        sizes = x_hat.flatten(1).norm(dim=1) * x.flatten(1).norm(dim=1)
        return _product(x_hat, x).abs() / torch.where(sizes == 0, 1, sizes)


class PhaseAlignedNMSE(Metric):
    """``min_t ||exp(i t) x_hat - x||^2 / ||x||^2``: the error but for a global phase, for real images a sign.

    Source: the definition.
    """

    def forward(self, x_hat: Tensor, x: Tensor) -> Tensor:
        """The score of each image, (B,)."""
        error = align_phase(x_hat, x) - x
        return error.flatten(1).norm(dim=1).square() / x.flatten(1).norm(dim=1).square()


def align_phase(x_hat: Tensor, x: Tensor) -> Tensor:
    """``x_hat`` times the number of modulus one that brings it nearest to ``x``, one for each image.

    Args:
        x_hat: reconstructions, real or complex.
        x: the images that are sought, (B, ...).
    """
    check_pair(x_hat, x)
    product = _product(x_hat, x)
    size = product.abs()
    turn = torch.where(size == 0, 1, product / torch.where(size == 0, 1, size))
    return x_hat * turn.reshape(-1, *(1,) * (x.ndim - 1))


def _product(x_hat: Tensor, x: Tensor) -> Tensor:
    """``<x_hat, x>`` of each image, complex if an image is."""
    return (x_hat.conj() * x).flatten(1).sum(1)
