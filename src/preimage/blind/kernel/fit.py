"""The kernel that makes sharp differences into blurred ones."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.transform import fast_length

__all__ = ["NormalEquations", "normal_equations"]


@dataclass(frozen=True)
class NormalEquations:
    """``f(k) = 1/2 k^T G k - r^T k``, half the squared error of ``k * s`` but for the constant ``energy / 2``.

    Attributes:
        spectrum: the Fourier transform of ``G``, a correlation of differences by displacement, on ``period`` points.
        right: ``r`` (k, k).
        energy: the sum of the squares of what is to be explained.
        period: the side of the grid.
    """

    spectrum: Tensor
    right: Tensor
    energy: float
    period: int

    def applied(self, kernels: Tensor) -> Tensor:
        """``G k`` for kernels (..., k, k)."""
        grid = (self.period, self.period)
        image = torch.fft.irfft2(self.spectrum * torch.fft.rfft2(kernels, s=grid), s=grid)
        return image[..., : self.right.shape[0], : self.right.shape[1]]

    def explained(self, kernels: Tensor) -> Tensor:
        """The share of ``energy`` that the best multiple of each kernel (..., k, k) explains, (...)."""
        along = (kernels * self.right).sum((-2, -1)).clamp_min(0)
        length = (kernels * self.applied(kernels)).sum((-2, -1)).clamp_min(1e-30)
        return along.square() / length / max(self.energy, 1e-30)

    def solve(self, ridge: float = 0.01, steps: int = 100) -> Tensor:
        """The non-negative ``k`` of least ``f(k) + ridge / 2 G_00 |k|^2``, divided by its sum; by FISTA.

        Zero where no kernel explains anything.

        Source: Beck, Teboulle, "A fast iterative shrinkage-thresholding algorithm", 2009.
        """
        damping = ridge * float(self.spectrum.mean())
        slope = float(self.spectrum.abs().max()) + damping
        kernel = point = torch.zeros_like(self.right)
        t = 1.0
        for _ in range(steps if slope > 0 else 0):
            step = (self.applied(point) + damping * point - self.right) / slope
            new, later = (point - step).clamp_min(0), (1 + math.sqrt(1 + 4 * t * t)) / 2
            point, kernel, t = new + (t - 1) / later * (new - kernel), new, later
        return kernel / kernel.sum().clamp_min(torch.finfo(kernel.dtype).tiny)


def normal_equations(sharp: Tensor, blurred: Tensor, seen: Tensor, size: int) -> NormalEquations:
    """Those of ``blurred = k * sharp`` where ``seen`` is one.

    ``G`` depends on the displacement only, as it does where ``seen`` is much larger than the kernel: each displacement
    is averaged over the pixels that have both ends seen.

    Args:
        sharp: differences (2, H, W).
        blurred: differences (2, H, W).
        seen: (H, W), one where they count, zero elsewhere, as at the border, where part of what was blurred is unknown.
        size: the side of the kernel, odd.
    """
    height, width = seen.shape
    shape = (fast_length(height + size), fast_length(width + size))
    target = seen * blurred
    spectrum = torch.fft.rfft2(sharp, s=shape).conj() * torch.fft.rfft2(target, s=shape)
    right = _lags(torch.fft.irfft2(spectrum.sum(0), s=shape), size // 2)
    pairs = torch.fft.rfft2(torch.cat([seen * sharp, seen[None]]), s=shape).abs().square()
    products, counts = torch.fft.irfft2(torch.stack([pairs[:2].sum(0), pairs[2]]), s=shape)
    mean = _lags(products, size - 1) * (seen.sum() / _lags(counts, size - 1).round().clamp_min(1))
    period = fast_length(2 * size)
    grid = mean.new_zeros(period, period)
    grid[: 2 * size - 1, : 2 * size - 1] = mean
    # An average over pairs need not be a correlation: what is negative of its spectrum is not.
    even = torch.fft.rfft2(grid.roll((1 - size, 1 - size), (0, 1))).real.clamp_min(0)
    return NormalEquations(even, right, float(target.square().sum()), period)


def _lags(correlation: Tensor, reach: int) -> Tensor:
    """The displacements of up to ``reach`` to either side."""
    centred = correlation.roll((reach, reach), (0, 1))
    return centred[: 2 * reach + 1, : 2 * reach + 1]
