"""The Walsh-Hadamard transform, and the orders of its rows."""

import math

import torch
from torch import Tensor

from preimage.errors import ShapeError
from preimage.transform.fourier import narrowed, widened

__all__ = ["dyadic_order", "hadamard_matrix", "sequency_order", "walsh_hadamard"]

# Products with small matrices run at the speed of matrix products; larger ones do more arithmetic, smaller ones move
# the array through memory more often (measured on one core from 64x64 to 512x512: 64 is the fastest).
_LARGEST = 64


def walsh_hadamard(x: Tensor) -> Tensor:
    r"""The orthonormal Walsh-Hadamard transform ``X_k = N^(-1/2) sum_n (-1)^(k . n) x_n`` of the last dimension.

    ``k . n`` is the number of binary digits that ``k`` and ``n`` have in common: rows are in natural (Hadamard) order.
    The transform is its own inverse and transpose. Of a flattened image (rows first) it is the two-dimensional
    transform of the image.

    Args:
        x: a tensor (..., N), real or complex; N is a power of two.

    Raises:
        ShapeError: N is no power of two.

    Source: Fino & Algazi, "Unified matrix treatment of the fast Walsh-Hadamard transform", 1976.
    """
    size = x.shape[-1]
    _require_power(size)
    if x.is_complex():
        return torch.complex(walsh_hadamard(x.real), walsh_hadamard(x.imag))
    wide = widened(x)
    after, result = size, wide
    for factor in _factors(size):
        # The matrix of size N is a Kronecker product of smaller ones, each of which acts on some binary digits.
        after //= factor
        matrix = hadamard_matrix(factor, wide) / factor**0.5
        rows = result.reshape(-1, factor, after)
        result = matrix @ rows if after > 1 else rows[..., 0] @ matrix
    return narrowed(result.reshape(x.shape), x)


def hadamard_matrix(size: int, like: Tensor | None = None) -> Tensor:
    """The Hadamard matrix of Sylvester, (size, size): ``(-1)^(k . n)``, which is 1 or -1.

    Args:
        size: a power of two.
        like: the matrix has its precision and device; float32 on the CPU by default.

    Raises:
        ShapeError: ``size`` is no power of two.
    """
    _require_power(size)
    like = torch.empty(0) if like is None else like
    place = torch.arange(size, device=like.device)
    return (1 - 2 * _parity(place[:, None] & place)).to(like.real.dtype)


def dyadic_order(size: int) -> Tensor:
    """The rows in dyadic (Paley) order: row ``k`` is the natural row whose binary digits are those of ``k`` reversed.

    Args:
        size: a power of two.

    Shapes: (size,), integers.

    Raises:
        ShapeError: ``size`` is no power of two.

    Source: Paley, "A remarkable series of orthogonal functions", 1932.
    """
    _require_power(size)
    place, reverse = torch.arange(size), torch.zeros(size, dtype=torch.int64)
    for _ in range(size.bit_length() - 1):
        reverse = 2 * reverse + place % 2
        place = place // 2
    return reverse


def sequency_order(size: int) -> Tensor:
    """The rows in sequency (Walsh) order: row ``k`` changes its sign ``k`` times.

    Its natural index is the Gray code of ``k``, ``k xor floor(k / 2)``, with its binary digits reversed.

    Args:
        size: a power of two.

    Shapes: (size,), integers.

    Raises:
        ShapeError: ``size`` is no power of two.

    Source: Walsh, "A closed set of normal orthogonal functions", 1923; Manz, "A sequency-ordered fast Walsh
    transform", 1972.
    """
    place = torch.arange(size)
    return dyadic_order(size)[place ^ (place // 2)]


def _factors(size: int) -> list[int]:
    """As few factors as fit, each nearly the same power of two."""
    digits = size.bit_length() - 1
    count = max(math.ceil(digits / (_LARGEST.bit_length() - 1)), 1)
    return [2 ** (digits // count + (place < digits % count)) for place in range(count)]


def _parity(numbers: Tensor) -> Tensor:
    """One where a number has an odd count of binary ones."""
    for shift in (32, 16, 8, 4, 2, 1):
        numbers = numbers ^ (numbers >> shift)
    return numbers & 1


def _require_power(size: int) -> None:
    if size < 1 or size & (size - 1):
        raise ShapeError(f"`size` must be a power of two, got {size}; pad what is transformed.")
