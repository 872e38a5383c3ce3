"""Short pulses of light, counted in bins of time."""

import math

import torch
from torch import Tensor

from preimage.kernels.pointwise.exponential_loops import pulses_in_loops, pulses_pulled_in_loops
from preimage.machine.compiler import can_compile

__all__ = ["doubled_shares", "pulse_counts", "pulse_pull"]


def pulse_counts(x: Tensor, width: Tensor, bins: int) -> Tensor:
    """Photons expected in each bin, (B, bins, H, W): those of a Gaussian pulse at its depth, and a background.

    Args:
        x: depth in bins, photons of the pulse, photons of the background in each bin: (B, 3, H, W).
        width: the standard deviation of the pulse in bins, times the root of two, (B or 1, 1, 1, 1).
        bins: bin t is from ``t - 1/2`` to ``t + 1/2``.
    """
    if _are_plain(x, width):
        return pulses_in_loops(x, width, bins)
    depth, intensity, background = x.split(1, 1)
    return torch.addcmul(background, intensity / 2, doubled_shares(depth, width, bins))


def pulse_pull(x: Tensor, width: Tensor, v: Tensor) -> Tensor:
    """The adjoint of the derivative of :func:`pulse_counts` with respect to ``x``, of ``v`` (B, bins, H, W)."""
    if _are_plain(x, width, v) and (len(v), v.shape[2:]) == (len(x), x.shape[2:]):
        return pulses_pulled_in_loops(x, width, v)
    depth, intensity, _ = x.split(1, 1)
    bins = v.shape[1]
    # The pulse at the edges of bins moves photons from one to the next.
    heights = ((_edges(depth, bins) - depth) / width).square_().neg_().exp_()
    moved = (v * (heights[:, :-1] - heights[:, 1:])).sum(1, keepdim=True)
    seen = (v * doubled_shares(depth, width, bins)).sum(1, keepdim=True)
    return torch.cat([intensity * moved / (width * math.sqrt(math.pi)), seen / 2, v.sum(1, keepdim=True)], 1)


def doubled_shares(depth: Tensor, width: Tensor, bins: int) -> Tensor:
    """Twice the part of the photons in each bin, (B, bins, ...), for depths (B, 1, ...); others as above."""
    inverse = 1 / width
    # The pulse is even, so that all bins are taken as being after it, where tails keep their digits. Beyond this
    # limit they are less than the smallest normal number, with which processors are ten times slower.
    limit = 26.0 if depth.dtype == torch.float64 else 9.0
    away = (_edges(depth, bins)[:, :-1] + 0.5 - depth).abs()
    near, far = (torch.addcmul(half * inverse, away, inverse).clamp_max(limit) for half in (-0.5, 0.5))
    return torch.special.erfc(near) - torch.special.erfc(far)


def _edges(depth: Tensor, bins: int) -> Tensor:
    """Where bins begin, and the last one ends: (1, bins + 1, ...)."""
    edges = torch.arange(bins + 1, dtype=depth.dtype, device=depth.device) - 0.5
    return edges.reshape(1, -1, *(1,) * (depth.ndim - 2))


def _are_plain(*tensors: Tensor) -> bool:
    return tensors[0].dtype == torch.float32 and can_compile(*tensors)
