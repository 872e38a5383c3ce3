"""Lines that are measured twice, from opposite sides: how far their two sinograms are displaced."""

import math

import torch
from torch import Tensor

__all__ = ["at_angles", "match_mirrored", "peak_of"]

_LEAST_OVERLAP = 8  # of the bins, one in so many


def match_mirrored(y: Tensor, degrees: tuple[float, ...], lean: Tensor) -> Tensor:
    """The bin, a fraction, about which a full turn of views ``y`` (B, C, V, K) is its own mirror image: (B,).

    What is compared is the slope along the detector, so that a detector that ends within the object does no harm: ``2
    sum p q / (sum p^2 + sum q^2)`` over the bins at which both are measured is one where they agree.

    Args:
        lean: by how much the direction of each bin's rays is less than the angle of its view, in radians, (K,).
    """
    bins = y.shape[-1]
    even = 2 * math.ceil(y.shape[2] / 2)
    first = math.radians(degrees[0])
    wanted = first + torch.arange(even, dtype=torch.float64)[:, None] * (2 * math.pi / even) + lean
    p = at_angles(y, degrees, wanted)
    q = p.roll(even // 2, 2).flip(-1)
    p, q = _slopes(p), _slopes(q)
    count = p.shape[-1]
    size = 2 * count
    product = (torch.fft.rfft(p, size).conj() * torch.fft.rfft(q, size)).sum((1, 2))
    common = torch.fft.irfft(product, size).roll(count, -1)[:, 1:]  # at lags 1 - count ... count - 1
    energy = _overlapping(p.square().sum((1, 2))) + _overlapping(q.square().sum((1, 2))).flip(-1)
    lag = torch.arange(1 - count, count, device=y.device)
    score = 2 * common / energy.clamp_min(1e-12 * energy.amax(-1, keepdim=True)).clamp_min(1e-300)
    score = torch.where(count - lag.abs() >= max(2, bins // _LEAST_OVERLAP), score, -torch.inf)
    return (bins - 1 - (peak_of(score) + 1 - count)) / 2


def peak_of(score: Tensor) -> Tensor:
    """The index of the largest of each row of ``score`` (B, L), a fraction: the top of the parabola around it."""
    top = score.argmax(-1, keepdim=True).clamp(1, score.shape[-1] - 2)
    below, here, above = (score.gather(-1, top + step)[:, 0] for step in (-1, 0, 1))
    bend = 2 * here - below - above
    shift = torch.where((bend > 0) & bend.isfinite(), (above - below) / (2 * bend), 0)
    return top[:, 0] + shift.clamp(-1, 1)


def at_angles(y: Tensor, degrees: tuple[float, ...], wanted: Tensor) -> Tensor:
    """Between the two views beside each of the angles ``wanted`` (N, K) on a circle, in radians: (B, C, N, K)."""
    angle = torch.deg2rad(torch.tensor(degrees, dtype=torch.float64)).remainder(2 * math.pi)
    order = angle.argsort()
    around = torch.cat([angle[order], angle[order[:1]] + 2 * math.pi])
    turned = (wanted - around[0]).remainder(2 * math.pi) + around[0]
    after = torch.searchsorted(around, turned, right=True).clamp(1, len(angle))
    low, high = around[after - 1], around[after]
    part = ((turned - low) / (high - low).clamp_min(1e-12)).clamp(0, 1).to(y.device)
    views = torch.cat([order, order[:1]])
    before, behind = (views[i].to(y.device).expand(*y.shape[:2], -1, y.shape[-1]) for i in (after - 1, after))
    return torch.lerp(y.gather(2, before), y.gather(2, behind), part)


def _slopes(p: Tensor) -> Tensor:
    """The derivative along the last dimension of what a Gaussian of one bin smooths, where the detector has it."""
    radius = min(3, (p.shape[-1] - 1) // 2)
    place = torch.arange(-radius, radius + 1, dtype=p.dtype, device=p.device)
    kernel = place * (-(place**2) / 2).exp()
    return (p.unfold(-1, 2 * radius + 1, 1) * kernel).sum(-1)


def _overlapping(energy: Tensor) -> Tensor:
    """The sums of ``energy`` (B, K) at bins ``k`` for which ``k + lag`` is a bin, for lags ``1 - K ... K - 1``."""
    total = energy.cumsum(-1)
    return torch.cat([total[:, -1:] - total[:, :-1].flip(-1), total.flip(-1)], -1)
