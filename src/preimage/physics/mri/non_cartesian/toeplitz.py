"""``A^H A`` of sampled spectra as a convolution, without the samples."""

import math
from collections.abc import Callable
from itertools import product

import torch
from torch import Tensor

from preimage.transform import nufft_adjoint

__all__ = ["convolve_coils", "is_cheaper", "point_spread_spectra"]


Weigh = Callable[[int, Tensor], Tensor]


def is_cheaper(samples: int, shape: tuple[int, ...]) -> bool:
    """Whether :func:`convolve_coils` is quicker than the transforms to so many samples and back."""
    size = math.prod(shape)
    return samples * size > 2**20 and 8 * samples >= size


def point_spread_spectra(points: Tensor, shape: tuple[int, ...], like: Tensor, tol: float | None) -> Tensor:
    """The spectra of ``p(r) = 1/N sum_j exp(2 pi i k_j . r)`` for :func:`convolve_coils`.

    ``p`` has the lags ``|r| < size`` along each axis, so that it fits a grid of twice the size, whose spectrum is cut
    into its even and odd frequencies along each axis.

    Args:
        points: (1 or B, M, d) in cycles per pixel.
        shape: the size of the image.
        like: the result has its precision and device.
        tol: relative error of the transform.

    Shapes: (1 or B, 2^d, ...), real.
    """
    dims = len(shape)
    double = tuple(2 * size for size in shape)
    dtype = torch.complex128 if like.dtype == torch.complex128 else torch.complex64
    one = torch.ones((len(points), 1, points.shape[1]), dtype=dtype, device=points.device)
    spread = nufft_adjoint(one, points, double, tol) * (2**dims / math.prod(shape)) ** 0.5
    for axis, size in enumerate(double):
        # The lag -size never meets a pair of pixels. Without it the spectrum is real.
        kept = (torch.arange(size, device=spread.device) > 0).reshape(-1, *(1,) * (dims - axis - 1))
        spread = spread * kept
    over = tuple(range(-dims, 0))
    spectrum = torch.fft.fftn(torch.fft.ifftshift(spread, over), dim=over).real[:, 0]
    parts = [spectrum[(..., *(slice(q, None, 2) for q in phase))] for phase in product((0, 1), repeat=dims)]
    return torch.stack(parts, 1).to(like.device)


def convolve_coils(x: Tensor, weigh: Weigh, maps: Tensor | None, conjugate_maps: Tensor | None) -> Tensor:
    """``sum_c conj(m_c) * (p conv (m_c * x))`` within the image, by transforms of its own size.

    The even frequencies of the doubled grid are those of the image, the odd ones those of the image times
    ``exp(-pi i n / size)``. One coil after the other stays in the cache.

    Args:
        x: images (B, C, ...).
        weigh: multiplies a spectrum by the part of that of ``p`` with an index, as :func:`point_spread_spectra` counts.
        maps, conjugate_maps: (1 or B, coils, ...); ``None`` for one coil of sensitivity one.
    """
    shape = tuple(x.shape[2:])
    over = tuple(range(-len(shape), 0))
    total = torch.zeros_like(x)
    for index, phase in enumerate(product((0, 1), repeat=len(shape))):
        turn = _half_turns(shape, phase, x)
        turned, part = x * turn, None
        for coil in range(1 if maps is None else maps.shape[1]):
            image = turned if maps is None else turned * maps[:, coil, None]
            image = torch.fft.ifftn(weigh(index, torch.fft.fftn(image, dim=over)), dim=over)
            if conjugate_maps is not None:
                image = image * conjugate_maps[:, coil, None]
            part = image if part is None else part + image
        if part is not None:
            total = total + turn.conj() * part
    return total / 2 ** len(shape)


def _half_turns(shape: tuple[int, ...], phase: tuple[int, ...], like: Tensor) -> Tensor:
    """``exp(-pi i sum_d q_d n_d / size_d)``."""
    angle = torch.zeros((), dtype=torch.float64, device=like.device)
    for size, q in zip(shape, phase, strict=True):
        angle = angle[..., None] - math.pi * q * torch.arange(size, dtype=torch.float64, device=like.device) / size
    return torch.complex(angle.cos(), angle.sin()).to(like.dtype)
