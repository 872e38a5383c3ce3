"""A small stack of beads behind a known blur, which goes on beyond the border."""

import torch
from torch import Tensor

from preimage.physics import Blur

SHAPE = (8, 24, 26)
BACKGROUND = 3.0


def gaussian_psf(sizes: tuple[int, ...] = (5, 7, 7), width: float = 1.3) -> Tensor:
    """A Gaussian point spread function of sum one."""
    kernel = torch.ones(())
    for size in sizes:
        places = torch.arange(size) - size // 2
        kernel = kernel[..., None] * torch.exp(-((places / width) ** 2) / 2)
    return kernel / kernel.sum()


def beads(shape: tuple[int, ...] = SHAPE, photons: float = 300.0, seed: int = 0) -> tuple[Tensor, Tensor, Tensor]:
    """Counts of beads, the beads themselves, and the point spread function."""
    rng = torch.Generator().manual_seed(seed)
    psf = gaussian_psf((5, 7, 7)[-len(shape) :])
    larger = tuple(size + extra - 1 for size, extra in zip(shape, psf.shape, strict=True))
    truth = (torch.rand(larger, generator=rng) < 0.02).float() * torch.rand(larger, generator=rng)
    for axis in range(truth.ndim):
        truth = truth / 2 + (truth.roll(1, axis) + truth.roll(-1, axis)) / 4
    truth = 40 * photons * truth + 0.05 * photons
    clean = Blur(psf[None, None], "valid").A(truth[None, None])[0, 0]
    counts = torch.poisson(clean + BACKGROUND, rng)
    inside = tuple(slice(extra // 2, extra // 2 + size) for size, extra in zip(shape, psf.shape, strict=True))
    return counts, truth[inside], psf
