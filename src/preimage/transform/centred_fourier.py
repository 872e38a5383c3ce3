"""The Fourier transform whose zero frequency and origin are in the middle of the array."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.transform.fourier import transformed

__all__ = ["CentredFourier", "centring_phases"]


@dataclass(frozen=True)
class CentredFourier:
    r"""The centred orthonormal discrete Fourier transform of the last ``dims`` dimensions of complex arrays.

    Along an axis of ``N`` samples, with ``c = floor(N / 2)``,

    ``X[k] = N^(-1/2) sum_n x[n] exp(-2 pi i (k - c) (n - c) / N)``,

    which is ``fftshift(fft(ifftshift(x), norm="ortho"))`` for even and odd ``N``. It is computed without moving data:
    the shifts are phases before and after the transform, signs where ``N`` is even.

    Args:
        dims: how many of the last dimensions are transformed.
    """

    dims: int = 2

    def analysis(self, x: Tensor) -> Tensor:
        """The spectrum of ``x``, its zero frequency at ``floor(N / 2)``."""
        before, after = centring_phases(tuple(x.shape[-self.dims :]), x)
        return transformed(torch.fft.fftn, before * x, dim=self._over, norm="ortho") * after

    def synthesis(self, coefficients: Tensor, shape: tuple[int, ...]) -> Tensor:
        """The array whose spectrum is ``coefficients``; they have its ``shape``."""
        before, after = centring_phases(shape[-self.dims :], coefficients)
        inside = transformed(torch.fft.ifftn, after.conj() * coefficients, dim=self._over, norm="ortho")
        return inside * before.conj()

    def filter(self, x: Tensor, gain: Tensor) -> Tensor:
        """``synthesis(gain * analysis(x))``, where the phases between the transforms cancel."""
        before, _ = centring_phases(tuple(x.shape[-self.dims :]), x)
        spectrum = transformed(torch.fft.fftn, before * x, dim=self._over)
        return transformed(torch.fft.ifftn, spectrum * gain, dim=self._over) * before.conj()

    @property
    def _over(self) -> tuple[int, ...]:
        return tuple(range(-self.dims, 0))


def centring_phases(sizes: tuple[int, ...], like: Tensor) -> tuple[Tensor, Tensor]:
    """Factors before and after a transform with the origin first that make it the centred one.

    Args:
        sizes: of the axes that are transformed.
        like: the factors have its precision and device; they are real where all sizes are even.

    Shapes: each is of the shape ``sizes``, with signs or numbers of modulus one.
    """
    before, after = torch.ones((), dtype=torch.float64), torch.ones((), dtype=torch.float64)
    for axis, size in enumerate(sizes):
        trailing = (1,) * (len(sizes) - axis - 1)
        before = before * _turns(size, 0).reshape(-1, *trailing)
        after = after * _turns(size, size // 2).reshape(-1, *trailing)
    return _converted(before, like), _converted(after, like)


def _converted(phase: Tensor, like: Tensor) -> Tensor:
    return phase.to(like.device, like.dtype if phase.is_complex() else like.real.dtype)


def _turns(size: int, origin: int) -> Tensor:
    """``exp(2 pi i c (n - origin) / size)`` for ``n`` in [0, size), ``c = floor(size / 2)``, in double precision."""
    steps = (size // 2) * (torch.arange(size) - origin) % size  # whole turns taken off before rounding
    if size % 2 == 0:
        return 1.0 - 2.0 * (steps != 0).double()
    return torch.polar(torch.ones(size, dtype=torch.float64), 2 * math.pi * steps.double() / size)
