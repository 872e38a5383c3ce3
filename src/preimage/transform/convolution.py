r"""True convolution of images with a kernel, its exact adjoint, directly or by FFT.

``y[n] = sum_j k[j] x[s n - j + o]`` with stride ``s`` and origin ``o = floor(size / 2)`` in each axis, for odd and even
kernels alike. Kernels are (kh, kw), (1 or C, kh, kw), (1 or B, 1 or C, kh, kw), or of rank 5 for volumes.
"""

import math
from dataclasses import dataclass
from typing import Literal

import torch.nn.functional as F
from torch import Tensor

from preimage.errors import ArgumentError, ShapeError
from preimage.kernels.sliding.correlation_loops import (
    can_slide,
    correlate_extended_in_loops,
    correlate_folded_in_loops,
    correlate_in_loops,
    is_product,
)
from preimage.transform.border import Margins, Padding, pad, places, unpad
from preimage.transform.transfer import filter_planes, one_period, transfer_function

__all__ = [
    "Method",
    "as_filter",
    "convolve",
    "convolve_adjoint",
    "fast_length",
    "require_fit",
    "require_kernel",
    "require_method",
]

Method = Literal["auto", "fft", "direct"]
Sizes = tuple[int, ...]

# Measured on one CPU core from 64x64 to 2048x2048: the two ways cost the same at about 40 kernel samples per measured
# pixel; on large images sliding loses for any kernel, and takes two to four times the memory.
_DIRECT_TAPS = 40
_DIRECT_PIXELS = 2**19
# The same of compiled loops: the taps up to which they cost less, for images of more pixels than this.
_LOOP_TAPS = ((2**18, 170), (2**14, 90), (0, 32))


def require_kernel(kernel: Tensor) -> None:
    """Require a real floating-point kernel of rank 2 to 5 with no empty axis but the batch."""
    if not 2 <= kernel.ndim <= 5 or 0 in kernel.shape[kernel.ndim > 3 :] or not kernel.is_floating_point():
        raise ShapeError(
            f"`kernel` must be real and have shape (kh, kw), (C, kh, kw), (B, C, kh, kw) or (B, C, kd, kh, kw), got "
            f"{kernel.dtype} of shape {tuple(kernel.shape)}; convert or reshape it."
        )


def require_method(method: str) -> None:
    """Require one of the three names."""
    if method not in ("auto", "fft", "direct"):
        raise ArgumentError(f"`method` must be 'auto', 'fft' or 'direct', got {method!r}; 'auto' takes the cheaper.")


def as_filter(kernel: Tensor) -> Tensor:
    """The kernel with its batch and channel axes."""
    return kernel.reshape((1,) * (4 - kernel.ndim) + tuple(kernel.shape)) if kernel.ndim < 4 else kernel


def require_fit(kernel: Tensor, shape: Sizes, name: str = "x") -> None:
    """Require an image (or measurement) of a ``shape`` that ``kernel`` (of :func:`as_filter`) can be applied to."""
    if len(shape) != kernel.ndim:
        raise ShapeError(
            f"`{name}` must have shape (B, C, {'D, ' if kernel.ndim == 5 else ''}H, W) for a kernel of "
            f"{kernel.ndim - 2} axes, got {tuple(shape)}; add the missing dimensions."
        )
    if any(have != 1 and have != want for have, want in zip(kernel.shape[:2], shape[:2], strict=True)):
        raise ShapeError(
            f"`kernel` must have 1 or B={shape[0]} in the batch and 1 or C={shape[1]} channels, got "
            f"{tuple(kernel.shape)}; give one kernel, or one per image or channel."
        )


def _prepared(kernel: Tensor, x: Tensor, name: str) -> Tensor:
    if not x.is_floating_point():
        raise ShapeError(
            f"`{name}` must be real, got {x.dtype}; convert it, or treat real and imaginary parts in turn."
        )
    kernel = as_filter(kernel).to(x.dtype)
    require_fit(kernel, tuple(x.shape), name)
    return kernel if len(kernel) else kernel.new_zeros((1, *kernel.shape[1:]))  # of no image, any kernel will do


@dataclass(frozen=True)
class _Geometry:
    """Where samples lie: ``margins`` are added, ``taps`` slide over the padded image in ``positions`` unit steps."""

    margins: Margins
    padded: Sizes
    positions: Sizes


def _geometry(sizes: Sizes, taps: Sizes, origin: Sizes, padding: Padding) -> _Geometry:
    if padding == "valid":
        margins: Margins = ((0, 0),) * len(sizes)
    else:
        margins = tuple((k - 1 - o, o) for k, o in zip(taps, origin, strict=True))
    padded = tuple(n + before + after for n, (before, after) in zip(sizes, margins, strict=True))
    positions = tuple(n - k + 1 for n, k in zip(padded, taps, strict=True))
    if min(positions) < 1:
        raise ShapeError(
            f"`x` must be at least as large as the kernel {taps} for padding 'valid', got {sizes}; use another padding."
        )
    return _Geometry(margins, padded, positions)


def convolve(x: Tensor, kernel: Tensor, padding: Padding, method: Method = "auto", stride: int = 1) -> Tensor:
    """``y`` of the module's formula, for the positions the padding gives; the first of every ``stride``."""
    kernel = _prepared(kernel, x, "x")
    sizes = tuple(x.shape[2:])
    kernel, origin = _wrapped(kernel, sizes) if padding == "circular" else (kernel, _origin(kernel))
    geometry = _geometry(sizes, tuple(kernel.shape[2:]), origin, padding)
    if _is_direct(method, x, kernel, sizes, stride):
        flipped = kernel.flip(_axes(kernel))
        if stride == 1 and padding != "valid" and can_slide(x, kernel):
            return correlate_extended_in_loops(x, flipped, *places(sizes, geometry.margins, padding))
        return _slide(pad(x, geometry.margins, padding), flipped, stride)
    if padding == "circular":
        spectrum, kept = transfer_function(kernel, sizes, origin), _window((0,) * len(sizes), sizes, stride)
        return filter_planes(x, spectrum, lambda part: part, lambda part: part[kept])
    lengths = tuple(map(fast_length, geometry.padded))
    kept = _window(_last(kernel), geometry.positions, stride)
    return filter_planes(
        x, transfer_function(kernel, lengths),
        lambda part: _extended(part, geometry, lengths, padding), lambda part: part[kept],
    )  # fmt: skip


def convolve_adjoint(y: Tensor, kernel: Tensor, padding: Padding, method: Method = "auto", stride: int = 1) -> Tensor:
    """The adjoint of :func:`convolve` on images whose sizes are a multiple of ``stride``."""
    kernel = _prepared(kernel, y, "y")
    sizes = _image_sizes(tuple(y.shape[2:]), tuple(kernel.shape[2:]), padding, stride)
    kernel, origin = _wrapped(kernel, sizes) if padding == "circular" else (kernel, _origin(kernel))
    geometry = _geometry(sizes, tuple(kernel.shape[2:]), origin, padding)
    if _is_direct(method, y, kernel, sizes, stride):
        flipped = kernel.flip(_axes(kernel))
        if stride == 1 and can_slide(y, kernel):
            return correlate_folded_in_loops(y, flipped, *places(sizes, geometry.margins, padding))
        back = _slide_adjoint(y, flipped, stride, geometry.padded)
        return unpad(back, geometry.margins, padding)
    if padding == "circular":
        start, spectrum = (0,) * len(sizes), transfer_function(kernel, sizes, origin).conj()
        return filter_planes(y, spectrum, lambda part: _spread(part, sizes, start, sizes, stride), lambda part: part)
    lengths = tuple(map(fast_length, geometry.padded))
    inside = _window((0,) * len(sizes), geometry.padded, 1)
    return filter_planes(
        y, transfer_function(kernel, lengths).conj(),
        lambda part: _spread(part, lengths, _last(kernel), geometry.positions, stride),
        lambda part: unpad(part[inside], geometry.margins, padding),
    )  # fmt: skip


def fast_length(size: int, largest: int = 5) -> int:
    """The smallest even length of at least ``size`` without prime factors over ``largest``.

    Up to 5 it is quick for every FFT library. Up to 11, as most libraries have them, a length is hardly slower for its
    size, and lengths are closer to each other, which counts where blocks overlap.
    """
    length = size + size % 2
    while _cofactor(length, largest) > 1:
        length += 2
    return length


def _cofactor(length: int, largest: int) -> int:
    for prime in (prime for prime in (2, 3, 5, 7, 11) if prime <= largest):
        while length % prime == 0:
            length //= prime
    return length


def _axes(x: Tensor) -> tuple[int, ...]:
    return tuple(range(2 - x.ndim, 0))


def _origin(kernel: Tensor) -> Sizes:
    return tuple(size // 2 for size in kernel.shape[2:])


def _last(kernel: Tensor) -> Sizes:
    return tuple(size - 1 for size in kernel.shape[2:])


def _is_direct(method: Method, x: Tensor, kernel: Tensor, sizes: Sizes, stride: int) -> bool:
    if method != "auto":
        return method == "direct"
    if stride == 1 and can_slide(x, kernel):
        most = next(taps for pixels, taps in _LOOP_TAPS if math.prod(sizes) > pixels)
        taps = tuple(kernel.shape[2:])
        # A column times a row slides as these.
        return math.prod(taps) <= most or (sum(taps) <= most and is_product(kernel))
    few = math.prod(kernel.shape[2:]) <= _DIRECT_TAPS * stride ** len(sizes)
    return few and math.prod(sizes) <= _DIRECT_PIXELS


def _wrapped(kernel: Tensor, period: Sizes) -> tuple[Tensor, Sizes]:
    """The same periodic kernel, no larger than the period."""
    origin = tuple(o % n for o, n in zip(_origin(kernel), period, strict=True))
    for axis, size in zip(_axes(kernel), period, strict=True):
        if kernel.shape[axis] > size:
            kernel = one_period(kernel, axis, size, 0)
    return kernel, origin


def _window(start: Sizes, count: Sizes, stride: int) -> tuple[slice, ...]:
    """Index of ``count`` positions from ``start`` on in the spatial axes, the first of every ``stride``."""
    spatial = (slice(first, first + number, stride) for first, number in zip(start, count, strict=True))
    return (slice(None), slice(None), *spatial)


def _extended(x: Tensor, geometry: _Geometry, lengths: Sizes, padding: Padding) -> Tensor:
    """``x`` with its margins, and behind them, up to ``lengths``, samples that reach no position that is kept."""
    rest = [length - size for length, size in zip(lengths, geometry.padded, strict=True)]
    wider = tuple((before, after + more) for (before, after), more in zip(geometry.margins, rest, strict=True))
    if padding == "valid":
        return pad(x, wider, "zero")
    if padding == "reflect" and any(after >= size for (_, after), size in zip(wider, x.shape[2:], strict=True)):
        return pad(pad(x, geometry.margins, padding), tuple((0, more) for more in rest), "zero")
    return pad(x, wider, padding)


def _spread(y: Tensor, sizes: Sizes, start: Sizes, count: Sizes, stride: int) -> Tensor:
    """The adjoint of taking a :func:`_window`."""
    if sizes == tuple(y.shape[2:]):
        return y
    full = y.new_zeros(*y.shape[:2], *sizes)
    full[_window(start, count, stride)] = y
    return full


def _image_sizes(sizes: Sizes, taps: Sizes, padding: Padding, stride: int) -> Sizes:
    """Sizes of the image, a multiple of ``stride``, that is measured with these ``sizes``."""
    if padding != "valid":
        return tuple(size * stride for size in sizes)
    return tuple(-(-((size - 1) * stride + k) // stride) * stride for size, k in zip(sizes, taps, strict=True))


def _slide(x: Tensor, weight: Tensor, stride: int) -> Tensor:
    """Correlation of each channel with its ``weight``, over the positions inside ``x``."""
    if stride == 1 and can_slide(x, weight):
        return correlate_in_loops(x, weight)
    x, weight, groups, shape = _grouped(x, weight)
    y = (F.conv3d if x.ndim == 5 else F.conv2d)(x, weight, stride=stride, groups=groups)
    return y.reshape(*shape, *y.shape[2:])


def _slide_adjoint(y: Tensor, weight: Tensor, stride: int, sizes: Sizes) -> Tensor:
    """The adjoint of :func:`_slide` on images of ``sizes``."""
    rest = [n - (m - 1) * stride - k for n, m, k in zip(sizes, y.shape[2:], weight.shape[2:], strict=True)]
    y, weight, groups, shape = _grouped(y, weight)
    transpose = F.conv_transpose3d if y.ndim == 5 else F.conv_transpose2d
    x = transpose(y, weight, stride=stride, output_padding=rest, groups=groups)
    return x.reshape(*shape, *x.shape[2:])


def _grouped(x: Tensor, weight: Tensor) -> tuple[Tensor, Tensor, int, Sizes]:
    """One group per channel, or per image and channel where kernels differ between images."""
    batch, channels, spatial, taps = *x.shape[:2], x.shape[2:], weight.shape[2:]
    if weight.shape[0] == 1:
        return x, weight.expand(1, channels, *taps).reshape(channels, 1, *taps), channels, (batch, channels)
    weight = weight.expand(batch, channels, *taps).reshape(batch * channels, 1, *taps)
    return x.reshape(1, batch * channels, *spatial), weight, batch * channels, (batch, channels)
