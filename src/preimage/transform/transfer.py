"""Filters by Fourier transform: the spectra of kernels, and images with their spectra multiplied by these."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn import Parameter

from preimage.machine.compiler import is_recorded
from preimage.transform.bases import half_spectrum
from preimage.transform.fourier import narrowed, transformed

__all__ = ["KernelValues", "filter_planes", "multiplied", "one_period", "transfer_function"]

Sizes = tuple[int, ...]

_KEPT = 2  # spectra kept between calls, each of at most so many numbers
_MOST = 1 << 22
_HASHED = 4096  # bytes
_LARGE = 1 << 16  # numbers of the spectrum of a plane from which on it is transformed on its own


def transfer_function(
    kernel: Tensor, sizes: Sizes, origin: Sizes | None = None, half: bool = True, columns: slice = slice(None)
) -> Tensor:
    """Spectrum of the periodic kernel of period ``sizes`` whose sample ``origin`` (the first) sits at zero.

    Kernels larger than the period wrap around. ``half`` leaves out what is redundant along the last axis; only the
    ``columns`` along it are computed. Do not write to the result: an iteration asks for the same one in every step, so
    that the last ones are kept, and found again by the values of the kernel.
    """
    numbers = kernel.shape[:2].numel() * torch.Size(sizes).numel()
    if columns == slice(None) and 0 < numbers <= _MOST and _is_known_by_values(kernel):
        values = KernelValues(kernel.detach().numpy().tobytes(), kernel.dtype, tuple(kernel.shape))
        return _kept(values, tuple(sizes), origin, half)
    return _spectrum(kernel, sizes, origin, half, columns)


def _is_known_by_values(kernel: Tensor) -> bool:
    """Whether nothing but the values of ``kernel`` counts: no gradient, no transform, and memory that can be read."""
    return (
        type(kernel) in (Tensor, Parameter)
        and kernel.device.type == "cpu"
        and kernel.dtype in (torch.float32, torch.float64)
        and not is_recorded(kernel)
    )


@dataclass(frozen=True)
class KernelValues:
    """What a kernel is: compared as a whole, but hashed by its first bytes, as large ones would take long.

    Attributes:
        values: the bytes of its numbers.
        dtype, shape: those of the kernel.
    """

    values: bytes
    dtype: torch.dtype
    shape: Sizes

    def __hash__(self) -> int:
        return hash((self.values[:_HASHED], self.dtype, self.shape))


@lru_cache(maxsize=_KEPT)
def _kept(kernel: KernelValues, sizes: Sizes, origin: Sizes | None, half: bool) -> Tensor:
    with torch.inference_mode(False), torch.no_grad():  # a tensor made for inference cannot be used outside of it
        numbers = torch.frombuffer(bytearray(kernel.values), dtype=kernel.dtype).reshape(kernel.shape)
        return _spectrum(numbers, sizes, origin, half, slice(None))


def _spectrum(kernel: Tensor, sizes: Sizes, origin: Sizes | None, half: bool, columns: slice) -> Tensor:
    """Rows are transformed before they are extended by zero rows."""
    axes = _axes(kernel)
    rows = one_period(kernel, axes[-1], sizes[-1], origin[-1] if origin else 0)
    spectrum = transformed(torch.fft.rfft if half else torch.fft.fft, rows)[..., columns]
    for i, axis in enumerate(axes[:-1]):
        # As the last axis, where padding and transform run along memory; the result lies like `half_spectrum`.
        lines = one_period(spectrum.transpose(axis, -1), -1, sizes[i], origin[i] if origin else 0)
        spectrum = transformed(torch.fft.fft, lines).transpose(axis, -1)
    return spectrum


def one_period(signal: Tensor, axis: int, period: int, origin: int) -> Tensor:
    """One period of the periodic sum of ``signal`` along ``axis``, with sample ``origin`` first."""
    periods = -(-signal.shape[axis] // period)
    missing = periods * period - signal.shape[axis]
    if missing:
        signal = F.pad(signal, (0, 0) * (-axis - 1) + (0, missing))
    if periods > 1:
        signal = signal.unflatten(axis, (periods, period)).sum(axis - 1)
    return signal.roll(-origin, axis) if origin else signal


def multiplied(x: Tensor, spectrum: Tensor) -> Tensor:
    """``x`` with its half spectrum multiplied by ``spectrum``."""
    sizes = x.shape[2:]
    coefficients = half_spectrum(x, len(sizes))
    in_place = coefficients.dtype == spectrum.dtype and not is_recorded(coefficients, spectrum)
    product = coefficients.mul_(spectrum) if in_place else coefficients * spectrum
    return narrowed(transformed(torch.fft.irfftn, product, s=sizes, dim=_axes(x)), x)


def filter_planes(
    x: Tensor, spectrum: Tensor, before: Callable[[Tensor], Tensor], after: Callable[[Tensor], Tensor]
) -> Tensor:
    """``after(multiplied(before(x), spectrum))``, of large images plane by plane, so that the memory is that of one.

    Args:
        x: images (B, C, ...), real.
        spectrum: what their half spectra are multiplied by, (1 or B, 1 or C, ...).
        before, after: change each plane of (b, c, ...) on its own, such as an extension, and a part taken out.
    """
    planes = x.shape[:2]
    if planes.numel() < 2 or spectrum.shape[2:].numel() < _LARGE or is_recorded(x, spectrum):
        return after(multiplied(before(x), spectrum))
    whole, gains = x.new_empty(0), spectrum.expand(*planes, *spectrum.shape[2:])
    for b in range(planes[0]):
        for c in range(planes[1]):
            part = after(multiplied(before(x[b : b + 1, c : c + 1]), gains[b : b + 1, c : c + 1]))
            whole = whole if len(whole) else part.new_empty(*planes, *part.shape[2:])
            whole[b, c] = part[0, 0]
    return whole


def _axes(x: Tensor) -> tuple[int, ...]:
    return tuple(range(2 - x.ndim, 0))
