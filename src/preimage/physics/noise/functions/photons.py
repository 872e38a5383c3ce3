"""The sum over photon counts in the likelihood of a sensor that reads them out with noise."""

import torch
from torch import Tensor

from preimage.physics.noise.functions.omega import wright_omega
from preimage.physics.noise.quantized_gaussian import log_cell

__all__ = ["count_window", "log_cells", "log_sum"]

_FLOOR = 1e-290  # a rate of zero, whose logarithm and inverse are finite


def log_sum(rate: Tensor, data: Tensor, spread: Tensor) -> Tensor:
    """``log sum_k Poisson(k; rate) exp(-(data - k)^2 / 2 spread^2)``, element by element, float64.

    From the largest term outwards each follows from the one before by two products: the ratio of the Poisson
    probabilities, and that of the Gaussians, which itself changes by a constant factor.
    """
    rate = rate + _FLOOR
    centre, reach = count_window(rate.detach(), data.detach(), spread.detach())
    precision = spread.square().reciprocal()
    gap = data - centre
    largest = centre * rate.log() - rate - torch.lgamma(centre + 1) - gap.square() * precision / 2
    constant = (-precision).exp()
    up, down = ((sign * gap - 0.5) * precision for sign in (1, -1))
    up, down = up.exp(), down.exp()
    above = below = total = torch.ones_like(largest)
    for offset in range(1, reach + 1):
        above = above * (up * rate / (centre + offset))
        below = below * (down * (centre - (offset - 1)).clamp_min(0) / rate)
        up, down = up * constant, down * constant
        total = total + (above + below)
    return largest + total.log()


def log_cells(rate: Tensor, low: Tensor, high: Tensor, spread: Tensor) -> Tensor:
    """``log sum_k Poisson(k; rate) (Phi((high - k) / spread) - Phi((low - k) / spread))``, float64, for ``low < high``.

    Where the sum is largest follows from where the Gaussians around both ends of the cell are: in between, the Poisson
    probability alone decides.
    """
    rate = rate + _FLOOR

    def term(k: Tensor) -> Tensor:
        return k * rate.log() - rate - torch.lgamma(k + 1) + log_cell((low - k) / spread, (high - k) / spread)

    with torch.no_grad():
        first, last = (count_window(rate, end, spread)[0] for end in (low, high))
        centre = torch.minimum(torch.maximum(rate.round(), first), last)
        # Rounding may have led out of the cell, where with little noise there is next to nothing.
        near = torch.stack([(centre - 1).clamp_min(0), centre, centre + 1])
        best = torch.stack([term(k) for k in near]).argmax(0, keepdim=True)
        centre = near.gather(0, best)[0]
        reach = _reach((1 / (centre + 1) + 1 / (spread.square() + (high - low).square())).rsqrt())
    largest = term(centre)
    total = torch.ones_like(largest)
    for offset in range(1, reach + 1):
        below = centre - offset
        lower = torch.where(below >= 0, (term(below.clamp_min(0)) - largest).exp(), 0)
        total = total + (term(centre + offset) - largest).exp() + lower
    return largest + total.log()


@torch.no_grad()
def count_window(rate: Tensor, data: Tensor, spread: Tensor) -> tuple[Tensor, int]:
    """The count of the largest term, and how many on either side matter anywhere.

    The derivative of the log of a term vanishes at ``k`` with ``k / v + log(k / v) = data / v + log(rate / v)`` and
    ``v = spread^2``; its curvature there is ``-1 / k - 1 / v``.
    """
    variance = spread.square()
    target = data / variance + (rate / variance).log()
    centre = (variance * wright_omega(target)).round()
    width = (1 / (centre + 1) + 1 / variance).rsqrt()
    return centre, _reach(width)


def _reach(width: Tensor) -> int:
    """Eight and a half widths of a Gaussian, which hold all but 1e-16, and a few more for the law of small rates."""
    return int((8.5 * width).max().item()) + 12 if width.numel() else 0
