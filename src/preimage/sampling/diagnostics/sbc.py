"""Simulation-based calibration: the rank of the truth among samples of its posterior, over many measurements."""

import torch
from torch import Tensor

from preimage._ranges import check_count
from preimage.errors import ArgumentError, ShapeError

__all__ = ["rank_uniformity", "sbc_ranks"]

_FEWEST = 5  # expected ranks in a bin, for the chi-squared law to hold


def sbc_ranks(samples: Tensor, truth: Tensor, seed: int = 0) -> Tensor:
    """How many samples of each posterior lie below the truth, pixel by pixel: integers in 0 to S, (B, ...).

    Where images are drawn from the prior, measured, and sampled given that measurement by independent exact samples,
    each rank is as likely as the others. Ranks that gather at both ends tell of samples that are too narrow, those in
    the middle of too wide ones, and those at one end of a bias. Samples of a chain are to be thinned first: to as many
    as they are worth (:func:`preimage.sampling.diagnostics.bulk_ess`).

    Args:
        samples: S real samples for each of B measurements, (B, S, ...); ``Posterior.samples`` is.
        truth: the images that were measured, (B, ...).
        seed: among samples equal to the truth, its rank is drawn, each as likely.

    Raises:
        ShapeError: the shapes do not fit.

    Source: Talts, Betancourt, Simpson, Vehtari, Gelman, "Validating Bayesian inference algorithms with
    simulation-based calibration", arXiv 1804.06788, 2018, algorithm 2.
    """
    if samples.ndim < 2 or (len(samples), *samples.shape[2:]) != tuple(truth.shape):
        raise ShapeError(
            f"`samples` must be (B, S, ...) for `truth` (B, ...), got {tuple(samples.shape)} and {tuple(truth.shape)}; "
            "give the images that were measured."
        )
    below, equal = ((test(samples, truth[:, None])).sum(1) for test in (torch.lt, torch.eq))
    drawn = torch.rand(truth.shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return below + (drawn.to(truth.device) * (equal + 1)).long()


def rank_uniformity(ranks: Tensor, count: int, bins: int = 10) -> Tensor:
    """The probability of ranks no more uneven than these if each is as likely: a p-value for each pixel, (...).

    Pearson's chi-squared test on ``bins`` bins of neighbouring ranks. A small value, such as below 0.01 divided by the
    number of pixels that are looked at, says that the samples are not of the posterior.

    Args:
        ranks: the ranks in B independent measurements, (B, ...), as :func:`sbc_ranks` gives them.
        count: the number of samples S of each; ranks are 0 to S.
        bins: >= 2, at most S + 1.

    Raises:
        ArgumentError: there are too few measurements for so many bins, or a number is out of its range.

    Source: Pearson, "On the criterion that a given system of deviations ... is such that it can be reasonably supposed
    to have arisen from random sampling", Philosophical Magazine 50, 1900.
    """
    check_count("count", count, "ranks are among samples")
    check_count("bins", bins, "10 is usual", least=2)
    if bins > count + 1 or len(ranks) < _FEWEST * bins:
        raise ArgumentError(
            f"`bins` must be at most {count + 1} for {count} samples and {len(ranks) // _FEWEST} for {len(ranks)} "
            f"measurements, got {bins}; take fewer bins, or more of both."
        )
    if bool((ranks < 0).any()) or bool((ranks > count).any()):
        raise ArgumentError(f"`ranks` must be 0 to `count`, {count}, got {int(ranks.min())} to {int(ranks.max())}.")
    place = ranks * bins // (count + 1)
    sizes = (torch.arange(count + 1, device=ranks.device) * bins // (count + 1)).bincount(minlength=bins)
    chi_squared = torch.zeros(ranks.shape[1:], dtype=torch.float64, device=ranks.device)
    for number, size in enumerate(sizes.tolist()):
        expected = len(ranks) * size / (count + 1)
        chi_squared += ((place == number).sum(0) - expected).square() / expected
    half = torch.tensor((bins - 1) / 2, dtype=torch.float64, device=ranks.device)
    return torch.special.gammaincc(half.expand_as(chi_squared), chi_squared / 2)
