"""Mixtures of vectors, and the inner products that tell how to mix them."""

import torch
from torch import Tensor

from preimage.kernels.mixing_loops import mix_vectors_in_loops, products_in_loops
from preimage.machine.compiler import can_compile

__all__ = ["difference_products", "mix_vectors"]

_PIECE = 1 << 15  # entries of each vector for which all differences stay in the cache


def difference_products(vectors: tuple[Tensor, ...], length: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Inner products of the differences ``r_0 - r_i`` of vectors (B, n), (B, m, m), and of these with ``r_0``, (B, m).

    All are divided by the square of a power of two near ``||r_0||``, so that none overflows. Entries are taken some at
    a time, for which the differences stay in the cache.

    Args:
        vectors: ``r_0, r_1, ...``.
        length: ``||r_0||``, (B,), where it is known.
    """
    newest, *older = vectors
    length = torch.linalg.vector_norm(newest.detach(), dim=1) if length is None else length.detach()
    exponent = torch.frexp(length).exponent.clamp(-120, 120)
    scale = torch.ldexp(torch.ones_like(newest[:, 0]), -exponent)[:, None]
    if _are_plain(*vectors):
        return products_in_loops(vectors, scale)
    gram, right = newest.new_zeros(len(newest), len(older), len(older)), newest.new_zeros(len(newest), len(older))
    for part in _parts(newest):
        first = newest[:, part] * scale
        differences = torch.stack([first - vector[:, part] * scale for vector in older], 1)
        gram = gram + differences @ differences.mT
        right = right + (differences @ first[..., None])[..., 0]
    return gram, right


def mix_vectors(vectors: tuple[Tensor, ...], weights: Tensor) -> Tensor:
    """``s_0 + sum_i a_i (s_i - s_0)`` of ``vectors`` (B, n), with the weights ``a_1, ...`` (B, m)."""
    if _are_plain(*vectors, weights):
        return mix_vectors_in_loops(vectors, weights)
    pieces = []
    for part in _parts(vectors[0]):
        first = total = vectors[0][:, part]
        for i, vector in enumerate(vectors[1:]):
            total = torch.addcmul(total, vector[:, part] - first, weights[:, i : i + 1])
        pieces.append(total)
    return pieces[0] if len(pieces) == 1 else torch.cat(pieces, 1)


def _are_plain(first: Tensor, *others: Tensor) -> bool:
    """Whether compiled loops may work on them."""
    return first.numel() > 0 and can_compile(first, *others)


def _parts(vectors: Tensor) -> list[slice]:
    """The entries of ``vectors`` (B, n) in the parts that are best worked on at a time."""
    count = vectors.shape[1]
    size = max(1, _PIECE // max(1, len(vectors))) if vectors.device.type == "cpu" else max(1, count)
    return [slice(begin, begin + size) for begin in range(0, count, size)] or [slice(0, 0)]
