"""Chains cut in halves, and ranks in place of values."""

import torch
from torch import Tensor

from preimage.errors import ShapeError

__all__ = ["halves", "rank_normalised", "unless_constant"]


def halves(chains: Tensor) -> Tensor:
    """Each chain as two, (B, 2 chains, draws // 2, ...), in float64; the middle draw of an odd number is left out.

    A chain that drifts differs from itself.

    Raises:
        ShapeError: there are fewer than four draws.
    """
    if chains.ndim < 3 or chains.shape[2] < 4:
        raise ShapeError(
            f"`chains` must be (B, chains, draws, ...) with four draws or more, got {tuple(chains.shape)}; draw more."
        )
    half = chains.shape[2] // 2
    return torch.cat([chains[:, :, :half], chains[:, :, -half:]], 1).double()


def rank_normalised(chains: Tensor) -> Tensor:
    """The normal scores of the ranks of all draws of an image and pixel together; equal values share a mean rank.

    Source: Blom, "Statistical estimates and transformed beta-variables", 1958: the quantile of
    ``(rank - 3/8) / (count + 1/4)``.
    """
    flat = chains.flatten(1, 2).movedim(1, -1).contiguous()
    ordered = flat.sort(-1).values
    below, up_to = torch.searchsorted(ordered, flat), torch.searchsorted(ordered, flat, right=True)
    ranks = 0.5 * (below + up_to + 1).double()
    scores = torch.special.ndtri((ranks - 0.375) / (flat.shape[-1] + 0.25))
    return scores.movedim(-1, 1).unflatten(1, chains.shape[1:3])


def unless_constant(value: Tensor, chains: Tensor) -> Tensor:
    """``value``, and NaN where no draw differs from the others: a pixel that never moved tells nothing."""
    low, high = chains.amin((1, 2)), chains.amax((1, 2))
    return torch.where(low == high, torch.nan, value)
