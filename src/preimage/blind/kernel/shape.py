"""Kernels as shapes: their parts, their middle, their size."""

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = [
    "agreement",
    "centred",
    "cropped",
    "delta",
    "enlarged",
    "fine_correlation",
    "in_the_middle",
    "labels",
    "moved",
    "tidied",
]  # fmt: skip


def delta(size: int, like: Tensor) -> Tensor:
    """The kernel (size, size) that leaves pictures as they are."""
    kernel = like.new_zeros(size, size)
    kernel[size // 2, size // 2] = 1
    return kernel


def tidied(kernel: Tensor, least: float = 0.02, part: float = 0.1) -> Tensor:
    """``kernel`` without what is below ``least`` of its largest entry, and without parts of less than ``part`` of it.

    Parts hold together by sides and corners. A kernel of which nothing would remain becomes a point in its middle.
    """
    kept = torch.where(kernel < least * kernel.max(), 0.0, kernel)
    kept = kept / kept.sum().clamp_min(torch.finfo(kept.dtype).tiny)
    places = labels(kept > 0)
    masses = torch.zeros(kernel.numel() + 1, dtype=kept.dtype, device=kept.device)
    masses = masses.index_add(0, places.flatten(), kept.flatten())
    kept = torch.where(masses[places] < part, 0.0, kept)
    total = float(kept.sum())
    return kept / total if total > 0 else delta(kernel.shape[-1], kernel)


def labels(on: Tensor) -> Tensor:
    """A number for each connected part of ``on`` (h, w) with eight neighbours; zero where it is off."""
    start = torch.arange(1, on.numel() + 1, device=on.device, dtype=torch.float64).view(on.shape)
    found = torch.where(on, start, 0.0)
    while True:
        spread = torch.where(on, F.max_pool2d(found[None, None], 3, 1, 1)[0, 0], 0.0)
        if torch.equal(spread, found):
            return found.long()
        found = spread


def moved(kernel: Tensor, down: int, right: int) -> Tensor:
    """``kernel`` displaced by whole pixels; what leaves it is lost."""
    height, width = kernel.shape
    wide = F.pad(kernel, [abs(right), abs(right), abs(down), abs(down)])
    top, left = abs(down) - down, abs(right) - right
    return wide[top : top + height, left : left + width].clone()


def centred(kernel: Tensor) -> Tensor:
    """``kernel`` displaced by whole pixels, so that its centre of mass is in the middle."""
    rows = torch.arange(kernel.shape[0], dtype=kernel.dtype, device=kernel.device) - kernel.shape[0] // 2
    columns = torch.arange(kernel.shape[1], dtype=kernel.dtype, device=kernel.device) - kernel.shape[1] // 2
    total = kernel.sum().clamp_min(torch.finfo(kernel.dtype).tiny)
    down, right = float((kernel.sum(1) * rows).sum() / total), float((kernel.sum(0) * columns).sum() / total)
    return moved(kernel, -round(down), -round(right))


def enlarged(kernel: Tensor, size: int, factor: float) -> Tensor:
    """``kernel`` stretched by ``factor`` about its middle, on ``size`` x ``size`` pixels, with sum one."""
    place = (torch.arange(size, dtype=kernel.dtype, device=kernel.device) - size // 2) / factor / (kernel.shape[0] / 2)
    grid = torch.stack([place[None, :].expand(size, size), place[:, None].expand(size, size)], -1)
    out = F.grid_sample(kernel[None, None], grid[None], mode="bilinear", align_corners=False)[0, 0].clamp_min(0)
    total = float(out.sum())
    return out / total if total > 0 else delta(size, kernel)


def cropped(kernel: Tensor) -> Tensor:
    """The smallest odd square about the middle that holds all of ``kernel``."""
    middle = kernel.shape[0] // 2
    filled = kernel.nonzero()
    reach = int((filled - middle).abs().max()) if len(filled) else 0
    return kernel[middle - reach : middle + reach + 1, middle - reach : middle + reach + 1].clone()


def agreement(first: Tensor, second: Tensor) -> float:
    """The largest correlation of two kernels over all displacements, by quarters of a pixel; 1 for the same shape.

    Kernels are found up to a displacement, and that need not be whole: a thin line that lies half a pixel beside itself
    would hardly correlate.

    Source: Hu, Yang, "Good regions to deblur", ECCV 2012, equation 7.
    """
    product = float(fine_correlation(first, second).max())
    return min(max(product / max(float(first.norm() * second.norm()), 1e-30), 0.0), 1.0)


def fine_correlation(first: Tensor, second: Tensor) -> Tensor:
    """``sum first(n) second(n - d)`` for displacements ``d`` by quarters of a pixel, periodic, zero in the corner."""
    side = first.shape[0] + second.shape[0]
    side += 1 - side % 2  # without a Nyquist frequency, which has no place on a finer grid
    one, other = (torch.fft.fft2(kernel, s=(side, side)) for kernel in (first, second))
    spectrum = torch.fft.fftshift(one * other.conj())
    # The middle, frequency zero, goes from side // 2 to 2 side.
    before = 2 * side - side // 2
    fine = torch.fft.ifftshift(F.pad(spectrum, [before, 3 * side - before] * 2))
    return 16 * torch.fft.ifft2(fine).real


def in_the_middle(kernel: Tensor, side: int) -> Tensor:
    """``kernel`` in the middle of (side, side), zero around; both sides odd."""
    return F.pad(kernel, [(side - kernel.shape[0]) // 2] * 4)
