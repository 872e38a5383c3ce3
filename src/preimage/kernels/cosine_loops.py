"""The discrete cosine transform of one or two axes: a real Fourier transform between two compiled passes.

Even samples, then odd ones backwards, along each axis: the cosines become those of a Fourier transform ``V`` of the
same size. With ``w_k = exp(-i pi k / (2 N))``, ``a = w_l V[k, l]`` and ``b = w_l V[-k, l]``, coefficient ``(k, l)`` is
``Re(w_k (a + conj(b))) / 2``, and ``(k, -l)`` is ``-Im(w_k (a - conj(b))) / 2``: half of the spectrum tells all, four
coefficients at a time. Back, ``Re(V) - Im(V)`` is transformed, not ``V``: what is real again, at the same cost.

Source: Makhoul, "A fast cosine transform in one and two dimensions", 1980.
"""

from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.machine.compiler import compiled

__all__ = ["cosines_in_loops", "from_cosines_in_loops"]


def cosines_in_loops(x: Tensor, dims: int) -> Tensor:
    """The orthonormal DCT-II of the last ``dims`` axes, one or two, of ``x``, real, on a CPU, not recorded."""
    planes = _planes(x, dims)
    height, width = planes.shape[1:]
    result = torch.empty_like(planes)
    compiled(write_shuffled)(planes.numpy(), result.numpy())
    spectrum = _spectrum(result)  # the result may now be overwritten
    rows = _turns(height, 0.5 * (1 / height) ** 0.5, 0.5 * (2 / height) ** 0.5, spectrum.dtype)
    columns = _turns(width, (1 / width) ** 0.5, (2 / width) ** 0.5, spectrum.dtype)
    compiled(write_cosines)(spectrum, rows, columns, np.zeros_like(spectrum[0, 0]), result.numpy())
    return result.view(x.shape)


def from_cosines_in_loops(x: Tensor, dims: int) -> Tensor:
    """The inverse of :func:`cosines_in_loops`."""
    planes = _planes(x, dims)
    height, width = planes.shape[1:]
    result = torch.empty_like(planes)
    coefficients = planes.numpy()
    rows = _turns(height, (1 / height) ** 0.5, (0.5 / height) ** 0.5, coefficients.dtype)
    columns = _turns(width, (1 / width) ** 0.5, (0.5 / width) ** 0.5, coefficients.dtype)
    spare = np.zeros((2, width), coefficients.dtype)
    compiled(write_real_spectrum)(coefficients, rows, columns, spare, result.numpy())
    compiled(write_unshuffled)(_spectrum(result), result.numpy())
    return result.view(x.shape)


def _planes(x: Tensor, dims: int) -> Tensor:
    """``x`` as (P, H, W), one row each where a single axis is transformed."""
    height = x.shape[-2] if dims == 2 else 1
    return x.reshape(-1, height, x.shape[-1]).contiguous()


def _spectrum(planes: Tensor) -> Any:
    """(P, H, 2 (W // 2 + 1)), real and imaginary parts in turn."""
    transform = torch.fft.rfft if planes.shape[1] == 1 else torch.fft.rfft2
    return torch.view_as_real(transform(planes).contiguous()).flatten(2).numpy()


@lru_cache(maxsize=8)
def _turns(size: int, first: float, others: float, dtype: Any) -> Any:
    table = np.empty((2, size // 2 + 1), dtype)
    compiled(write_turns)(size, first, others, table)
    return table


def write_turns(size: int, first: float, others: float, table: Any) -> None:
    """Write ``cos(pi k / (2 N))`` and the sines, (2, N // 2 + 1), times a factor, that of ``k = 0`` being another."""
    for k in range(table.shape[1]):
        factor, angle = others if k > 0 else first, 0.5 * np.pi * k / size
        table[0, k], table[1, k] = factor * np.cos(angle), factor * np.sin(angle)


def write_shuffled(x: Any, y: Any) -> None:
    """Write the even samples of planes (P, H, W), then the odd ones backwards, along both axes."""
    height, width = x.shape[1:]
    first, odd = (width + 1) // 2, width // 2
    for p in range(len(x)):
        for i in range(height):
            row, out = x[p, i], y[p, i // 2 if i % 2 == 0 else height - 1 - i // 2]
            left, right = out[:first], out[first:]
            # Unsigned: an index that might be negative is looked at one by one.
            for j in range(first):
                left[j] = row[np.uintp(2 * j)]
            for j in range(odd):
                right[np.uintp(odd - 1 - j)] = row[np.uintp(2 * j + 1)]


def write_cosines(spectrum: Any, rows: Any, columns: Any, spare: Any, y: Any) -> None:
    """Write the coefficients (P, H, W) of ``spectrum``; ``spare`` takes what would be written twice."""
    height, width = y.shape[1:]
    pairs, half = (width - 1) // 2, width // 2
    for p in range(len(y)):
        for k in range(height // 2 + 1):
            mirror = (height - k) % height
            v, u, c, s = spectrum[p, k], spectrum[p, mirror], rows[0, k], rows[1, k]
            top, bottom = y[p, k], y[p, mirror] if mirror != k else spare[:width]
            for j in (0, half):
                e, f = columns[0, j], columns[1, j]
                a, a_ = e * v[2 * j] + f * v[2 * j + 1], e * v[2 * j + 1] - f * v[2 * j]
                b, b_ = e * u[2 * j] + f * u[2 * j + 1], e * u[2 * j + 1] - f * u[2 * j]
                bottom[j] = s * (a + b) + c * (b_ - a_)
                top[j] = c * (a + b) + s * (a_ - b_)
            cosines, sines, v, u = columns[0, 1:], columns[1, 1:], v[2:], u[2:]
            left, left_below = top[1 : 1 + pairs], bottom[1 : 1 + pairs]
            right, right_below = top[width - pairs :], bottom[width - pairs :]
            for j in range(pairs):
                e, f, at, next_at = cosines[j], sines[j], np.uintp(2 * j), np.uintp(2 * j + 1)
                a, a_ = e * v[at] + f * v[next_at], e * v[next_at] - f * v[at]
                b, b_ = e * u[at] + f * u[next_at], e * u[next_at] - f * u[at]
                left_below[j] = s * (a + b) + c * (b_ - a_)
                left[j] = c * (a + b) + s * (a_ - b_)
                right_below[np.uintp(pairs - 1 - j)] = c * (b - a) - s * (a_ + b_)
                right[np.uintp(pairs - 1 - j)] = s * (a - b) - c * (a_ + b_)


def write_real_spectrum(x: Any, rows: Any, columns: Any, spare: Any, y: Any) -> None:
    """Write ``Re(V) - Im(V)``, (P, H, W), of coefficients ``x``, where ``V`` is the spectrum of the shuffled samples.

    ``spare``: (2, W), a row of zeros and one that takes what would be written twice.
    """
    height, width = x.shape[1:]
    pairs, half = (width - 1) // 2, width // 2
    for p in range(len(x)):
        for k in range(height // 2 + 1):
            mirror, c, s = (height - k) % height, rows[0, k], rows[1, k]
            top, bottom = x[p, k], x[p, mirror] if k > 0 else spare[0]
            out, below = y[p, k], y[p, mirror] if mirror != k else spare[1]
            for j in (0, half):
                e, f, aside = columns[0, j], columns[1, j], max(width - j, j) % width
                q, r = (top[aside], bottom[aside]) if j > 0 else (spare[0, 0], spare[0, 0])
                g, g_ = c * (top[j] - r) + s * (bottom[j] + q), s * (top[j] - r) - c * (bottom[j] + q)
                h, h_ = s * (bottom[j] - q) + c * (top[j] + r), c * (bottom[j] - q) - s * (top[j] + r)
                below[j] = (e - f) * h - (e + f) * h_
                out[j] = (e - f) * g - (e + f) * g_
            cosines, sines = columns[0, 1:], columns[1, 1:]
            left, left_below = top[1 : 1 + pairs], bottom[1 : 1 + pairs]
            right, right_below = top[width - pairs :], bottom[width - pairs :]
            one, one_below, other, other_below = out[1:], below[1:], out[width - pairs :], below[width - pairs :]
            for j in range(pairs):
                e, f, back = cosines[j], sines[j], np.uintp(pairs - 1 - j)
                t, b, q, r = left[j], left_below[j], right[back], right_below[back]
                g, g_ = c * (t - r) + s * (b + q), s * (t - r) - c * (b + q)
                h, h_ = s * (b - q) + c * (t + r), c * (b - q) - s * (t + r)
                one_below[j] = (e - f) * h - (e + f) * h_
                one[j] = (e - f) * g - (e + f) * g_
                other_below[back] = (e + f) * g + (e - f) * g_
                other[back] = (e + f) * h + (e - f) * h_


def write_unshuffled(spectrum: Any, y: Any) -> None:
    """Write the samples (P, H, W) from the ``spectrum`` of ``Re(V) - Im(V)``, in their own order."""
    height, width = y.shape[1:]
    for p in range(len(y)):
        for i in range(height):
            at = i // 2 if i % 2 == 0 else height - 1 - i // 2
            ahead, back, out = spectrum[p, at], spectrum[p, (height - at) % height, 2:], y[p, i]
            for j in range((width + 1) // 2):
                out[np.uintp(2 * j)] = ahead[np.uintp(2 * j)] - ahead[np.uintp(2 * j + 1)]
            for j in range(width // 2):
                out[np.uintp(2 * j + 1)] = back[np.uintp(2 * j)] + back[np.uintp(2 * j + 1)]
