"""How many independent samples chains are worth."""

import math

import torch
from torch import Tensor

from preimage.kernels.pointwise.variance import variance
from preimage.sampling.diagnostics.autocorrelation import autocovariance
from preimage.sampling.diagnostics.chains_of import halves, rank_normalised, unless_constant

__all__ = ["bulk_ess", "mean_ess", "tail_ess"]


def mean_ess(chains: Tensor) -> Tensor:
    """The effective sample size for the mean: the variance of the mean is that of a draw over this number.

    ``N / tau`` with ``tau = 1 + 2 sum_t rho_t``. The correlations ``rho_t`` at lag t are estimated within and between
    the halves of the chains, and summed in pairs while these are positive, none larger than the one before (Geyer).

    Args:
        chains: (B, chains, draws, ...), four draws or more; ``posterior.by_chain()`` has them.

    Returns:
        (B, ...), float64; NaN where nothing moved. Chains that avoid themselves can be worth more than their draws, at
        most ``N log10 N``.

    Raises:
        ShapeError: there are too few draws.

    Source: Vehtari, Gelman, Simpson, Carpenter, Buerkner, "Rank-normalization, folding, and localization", Bayesian
    Analysis 16, 2021, section 3.
    """
    return unless_constant(_effective(halves(chains)), chains)


def bulk_ess(chains: Tensor) -> Tensor:
    """The effective sample size of the normal scores of the ranks: the one to look at, also of heavy tails.

    Arguments, result and source are those of :func:`mean_ess`.

    Args:
        chains: (B, chains, draws, ...).

    Source: Vehtari, Gelman, Simpson, Carpenter, Buerkner, "Rank-normalization, folding, and localization", Bayesian
    Analysis 16, 2021.
    """
    return unless_constant(_effective(rank_normalised(halves(chains))), chains)


def tail_ess(chains: Tensor, low: float = 0.05, high: float = 0.95) -> Tensor:
    """The lesser effective sample size of two quantiles: whether the ends of an interval can be relied on.

    Arguments, result and source are those of :func:`mean_ess`.

    Args:
        chains: (B, chains, draws, ...).
        low, high: the two probabilities.

    Source: Vehtari, Gelman, Simpson, Carpenter, Buerkner, "Rank-normalization, folding, and localization", Bayesian
    Analysis 16, 2021.
    """
    found = []
    for q in (low, high):
        limit = chains.flatten(1, 2).double().quantile(q, 1)[:, None, None]
        found.append(_effective(halves((chains <= limit).double())))
    return unless_constant(torch.minimum(*found), chains)


def _effective(chains: Tensor) -> Tensor:
    """Of chains that are cut already."""
    count, n = chains.shape[1], chains.shape[2]
    covariance = autocovariance(chains).mean(1)
    within = covariance[:, 0] * (n / (n - 1))
    total = covariance[:, 0] + variance(chains.mean(2), 1)
    rho = 1 - (within[:, None] - covariance) / total[:, None]
    rho[:, 0] = 1
    last = (n - 3) // 2  # the last pair whose lags are below n - 2
    pairs = rho[:, 0 : 2 * last + 1 : 2] + rho[:, 1 : 2 * last + 2 : 2]
    positive = (pairs > 0).long().cumprod(1)
    positive[:, -1] = 0  # the last pair counts by its first part only
    falling = pairs.cummin(1).values * positive
    first_out = positive.sum(1, keepdim=True)
    rest = rho[:, 0 : 2 * last + 1 : 2].gather(1, first_out)[:, 0]
    kept = (rest > 0) | (pairs.gather(1, first_out)[:, 0] >= 0)
    tau = 2 * falling.sum(1) - 1 + torch.where(kept, rest, 0)
    draws = count * n
    return draws / tau.clamp_min(1 / math.log10(draws))
