"""Whether chains agree."""

import torch
from torch import Tensor

from preimage.kernels.pointwise.variance import variance
from preimage.sampling.diagnostics.chains_of import halves, rank_normalised, unless_constant

__all__ = ["r_hat"]


def r_hat(chains: Tensor) -> Tensor:
    """The potential scale reduction: near 1 where all chains draw from one law; above 1.01 they do not yet.

    The larger of two: of the normal scores of the ranks, and of those of the distances to the median, which sees chains
    that differ in spread. Each chain is cut in two, so that one that drifts differs from itself.

    Args:
        chains: (B, chains, draws, ...), four draws or more; ``posterior.by_chain()`` has them.

    Returns:
        (B, ...), float64; NaN where nothing moved.

    Raises:
        ShapeError: there are too few draws.

    Source: Vehtari, Gelman, Simpson, Carpenter, Buerkner, Bayesian Analysis 16, 2021, section 4.
    """
    split = halves(chains)
    flat = split.flatten(1, 2)
    median = flat.quantile(0.5, 1)[:, None, None]
    found = torch.maximum(_scale(rank_normalised(split)), _scale(rank_normalised((split - median).abs())))
    return unless_constant(found, chains)


def _scale(chains: Tensor) -> Tensor:
    """``sqrt(((n - 1) / n W + B) / W)`` with the variances ``W`` within and ``B`` between chains of ``n`` draws."""
    n = chains.shape[2]
    within, between = variance(chains, 2).mean(1), variance(chains.mean(2), 1)
    return ((n - 1) / n + between / within).sqrt()
