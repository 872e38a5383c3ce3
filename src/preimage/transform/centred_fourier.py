"""The Fourier transform whose zero frequency and origin are in the middle of the array."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.transform.fourier import transformed

__all__ = ["CentredFourier", "centring_phases", "turned"]


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
        spectrum = transformed(torch.fft.fftn, turned(x, before), dim=self._over, norm="ortho")
        return spectrum.mul_(_together(after, spectrum))  # nobody else has it

    def synthesis(self, coefficients: Tensor, shape: tuple[int, ...]) -> Tensor:
        """The array whose spectrum is ``coefficients``; they have its ``shape``."""
        before, after = centring_phases(shape[-self.dims :], coefficients)
        spectrum = turned(coefficients, after, back=True)
        x = transformed(torch.fft.ifftn, spectrum, dim=self._over, norm="ortho")
        return x.mul_(_together(before, x, back=True))

    def filter(self, x: Tensor, gain: Tensor) -> Tensor:
        """``synthesis(gain * analysis(x))``, where the phases between the transforms cancel."""
        before, _ = centring_phases(tuple(x.shape[-self.dims :]), x)
        spectrum = transformed(torch.fft.fftn, turned(x, before), dim=self._over)
        x = transformed(torch.fft.ifftn, spectrum * gain, dim=self._over)
        return x.mul_(_together(before, x, back=True))

    @property
    def _over(self) -> tuple[int, ...]:
        return tuple(range(-self.dims, 0))


def centring_phases(sizes: tuple[int, ...], like: Tensor) -> tuple[list[Tensor], list[Tensor]]:
    """Factors before and after a transform with the origin first that make it the centred one.

    Args:
        sizes: the sizes of the axes that are transformed, the last ones of an array.
        like: the factors have its precision and device.

    Shapes: one vector for each axis, which broadcasts along it. It holds signs where the size is even, else complex
        numbers of modulus one.
    """
    before, after = [], []
    for axis, size in enumerate(sizes):
        shape = (-1, *(1,) * (len(sizes) - axis - 1))
        before.append(_turns(size, 0, like).reshape(shape))
        after.append(_turns(size, size // 2, like).reshape(shape))
    return before, after


def turned(x: Tensor, phases: list[Tensor], back: bool = False) -> Tensor:
    """``x`` times the factors of :func:`centring_phases`, or times their conjugates."""
    return x * _together(phases, x, back)


def _together(phases: list[Tensor], like: Tensor, back: bool = False) -> Tensor:
    """The product of the factors, or its conjugate: one pass over the array in place of one for each axis.

    Complex if ``like`` is: products of numbers of two kinds take three times as long.
    """
    product = phases[0]
    for phase in phases[1:]:
        product = product * phase
    product = product.conj().resolve_conj() if back else product
    return product.to(like.dtype) if like.is_complex() else product


def _turns(size: int, origin: int, like: Tensor) -> Tensor:
    """``exp(2 pi i c (n - origin) / size)`` for ``n`` in [0, size), ``c = floor(size / 2)``."""
    steps = (size // 2) * (torch.arange(size, device=like.device) - origin) % size  # whole turns go before rounding
    if size % 2 == 0:
        return 1 - 2 * (steps != 0).to(like.real.dtype)
    angle = 2 * math.pi * steps.double() / size
    return torch.polar(torch.ones_like(angle), angle).to(like.dtype)
