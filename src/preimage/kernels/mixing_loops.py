"""Mixtures of vectors and the inner products of their differences as compiled loops, which pass through memory once."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.machine.compiler import compiled

__all__ = ["mix_vectors_in_loops", "products_in_loops"]

_BLOCK = 512  # entries of each vector worked on at a time, whose sums are added in double precision
_PLACES = 8  # numba compiles anew for each length of a tuple: those of a memory that fills up are made equal


def products_in_loops(vectors: tuple[Tensor, ...], scale: Tensor) -> tuple[Tensor, Tensor]:
    """:func:`preimage.kernels.mixing.difference_products` for vectors on a CPU, not recorded; ``scale`` (B, 1)."""
    arrays = _arrays(vectors)
    batch, count = len(arrays[0]), len(vectors)
    buffer = np.empty((count, _BLOCK), arrays[0].dtype)
    products = np.zeros((batch, count, count))
    compiled(add_products)(arrays, scale.reshape(-1).contiguous().numpy(), buffer, products)
    full = torch.from_numpy(products)
    full = (full.tril() + full.tril(-1).mT).to(vectors[0].dtype)
    return full[:, 1:, 1:], full[:, 1:, 0]


def mix_vectors_in_loops(vectors: tuple[Tensor, ...], weights: Tensor) -> Tensor:
    """:func:`preimage.kernels.mixing.mix_vectors` for vectors on a CPU, not recorded."""
    arrays = _arrays(vectors)
    mixed = np.empty_like(arrays[0])
    compiled(write_mixture)(arrays, len(vectors), weights.contiguous().numpy(), _BLOCK, mixed)
    return torch.from_numpy(mixed)


def _arrays(vectors: tuple[Tensor, ...]) -> tuple[Any, ...]:
    """Those of ``vectors``, and the first one again and again up to a multiple of some length."""
    arrays = [vector.detach().contiguous().numpy() for vector in vectors]
    return (*arrays, *[arrays[0]] * (-len(arrays) % _PLACES))


def add_products(vectors: Any, scales: Any, buffer: Any, products: Any) -> None:
    """Add to ``products`` (B, m + 1, m + 1), on and below the diagonal, those of ``r_0`` and all ``r_0 - r_i``."""
    number = buffer.dtype.type
    count, block = buffer.shape
    first = vectors[0]
    for b in range(first.shape[0]):
        scale = scales[b]
        for begin in range(0, first.shape[1], block):
            newest = first[b, begin : begin + block]
            n = len(newest)
            for j in range(n):
                buffer[0, j] = scale * newest[j]
            for i in range(1, count):
                older, out = vectors[i][b, begin : begin + block], buffer[i]
                for j in range(n):
                    out[j] = buffer[0, j] - scale * older[j]
            for i in range(count):
                one = buffer[i]
                for k in range(i + 1):
                    other, total = buffer[k], number(0)
                    for j in range(n):
                        total += one[j] * other[j]
                    products[b, i, k] += total


def write_mixture(vectors: Any, count: int, weights: Any, block: int, mixed: Any) -> None:
    """Write ``s_0 + sum_i a_i (s_i - s_0)``, (B, n), of the first ``count`` vectors."""
    first = vectors[0]
    for b in range(first.shape[0]):
        for begin in range(0, first.shape[1], block):
            newest, out = first[b, begin : begin + block], mixed[b, begin : begin + block]
            for j in range(len(out)):
                out[j] = newest[j]
            for i in range(1, count):
                older, weight = vectors[i][b, begin : begin + block], weights[b, i - 1]
                for j in range(len(out)):
                    out[j] += weight * (older[j] - newest[j])
