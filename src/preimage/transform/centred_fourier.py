"""The Fourier transform whose zero frequency and origin are in the middle of the array."""

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.kernels.pointwise.corners import exchange_corners
from preimage.machine.compiler import is_recorded
from preimage.transform.fourier import transformed

__all__ = ["CentredFourier", "centring_phases", "turned"]


@dataclass(frozen=True)
class CentredFourier:
    r"""The centred orthonormal discrete Fourier transform of the last ``dims`` dimensions of complex arrays.

    Along an axis of ``N`` samples, with ``c = floor(N / 2)``,

    ``X[k] = N^(-1/2) sum_n x[n] exp(-2 pi i (k - c) (n - c) / N)``,

    which is ``fftshift(fft(ifftshift(x), norm="ortho"))`` for even and odd ``N``. The two shifts take one pass over the
    array after the transform, ``X[k] = exp(2 pi i c m / N) fft(x)[m mod N]`` with ``m = k - c``.

    Args:
        dims: how many of the last dimensions are transformed.
    """

    dims: int = 2

    def analysis(self, x: Tensor) -> Tensor:
        """The spectrum of ``x``, its zero frequency at ``floor(N / 2)``."""
        return self._centred(torch.fft.fftn, x)

    def synthesis(self, coefficients: Tensor, shape: tuple[int, ...]) -> Tensor:
        """The array whose spectrum is ``coefficients``; they have its ``shape``."""
        return self._centred(torch.fft.ifftn, coefficients, back=True)

    def filter(self, x: Tensor, gain: Tensor) -> Tensor:
        """``synthesis(gain * analysis(x))``, a circular convolution, which does not depend on the origin of ``x``."""
        axes = [axis for axis in self._over if -axis <= gain.ndim]
        moved = torch.fft.ifftshift(gain, axes) if axes else gain
        return transformed(torch.fft.ifftn, transformed(torch.fft.fftn, x, dim=self._over) * moved, dim=self._over)

    def _centred(self, transform: Callable[..., Tensor], x: Tensor, back: bool = False) -> Tensor:
        """A transform with its first entries moved to the middle, turned by the phases that belong to the origin."""
        spectrum = transformed(transform, x, dim=self._over, norm="forward" if back else "backward")  # without a scale
        sizes = tuple(x.shape[-self.dims :])
        turns, scale = centring_phases(sizes, spectrum)[1], max(1, math.prod(sizes)) ** -0.5
        if all(size % 2 == 0 for size in sizes) and spectrum.numel() and not is_recorded(spectrum):
            return exchange_corners(spectrum, turns, scale)
        phases = _together(turns, spectrum, back, scale)
        if is_recorded(spectrum) or not spectrum.numel():
            return spectrum.roll([size // 2 for size in sizes], self._over) * phases
        result = torch.empty_like(spectrum)
        for corner in itertools.product(*map(_halves, sizes)):
            here, there = zip(*corner, strict=True)
            torch.mul(spectrum[(..., *here)], phases[there], out=result[(..., *there)])
        return result

    @property
    def _over(self) -> tuple[int, ...]:
        return tuple(range(-self.dims, 0))


def _halves(size: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Where the last and the first half of an axis are, and where they go: each after the other."""
    middle = size // 2
    return (slice(size - middle, size), slice(0, middle)), (slice(0, size - middle), slice(middle, size))


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


def _together(phases: list[Tensor], like: Tensor, back: bool = False, scale: float = 1.0) -> Tensor:
    """The product of the factors, or its conjugate, and ``scale``: one pass over the array, not one for each axis.

    Complex if ``like`` is: products of numbers of two kinds take three times as long.
    """
    if like.is_complex():
        phases = [phase.to(like.dtype) for phase in phases]
    product = scale * (phases[0].conj() if back else phases[0])
    for phase in phases[1:]:
        product = product * (phase.conj() if back else phase)
    return product.resolve_conj()


def _turns(size: int, origin: int, like: Tensor) -> Tensor:
    """``exp(2 pi i c (n - origin) / size)`` for ``n`` in [0, size), ``c = floor(size / 2)``."""
    if size % 2 == 0:
        signs = torch.ones(size, dtype=like.real.dtype, device=like.device)
        signs[(origin + 1) % 2 :: 2] = -1
        return signs
    steps = (size // 2) * (torch.arange(size, device=like.device) - origin) % size  # whole turns go before rounding
    angle = 2 * math.pi * steps.double() / size
    return torch.polar(torch.ones_like(angle), angle).to(like.dtype)
