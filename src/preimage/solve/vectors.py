"""Tensors of one batch as real vectors, one per sample, and back."""

import torch
from torch import Tensor

__all__ = ["from_vectors", "to_vectors"]


def to_vectors(tensors: list[Tensor]) -> Tensor:
    """The entries of all ``tensors`` (batch first) side by side, (B, n); complex ones as (real, imaginary) pairs."""
    vectors = [_real(tensor).reshape(tensor.shape[0], -1) for tensor in tensors]
    return vectors[0] if len(vectors) == 1 else torch.cat(vectors, 1)


def from_vectors(vectors: Tensor, like: list[Tensor]) -> list[Tensor]:
    """Tensors shaped as in ``like`` with the entries ``vectors`` (B, n): the inverse of :func:`to_vectors`."""
    pieces = vectors.split([_real(tensor[:1]).numel() for tensor in like], 1)
    shaped = [piece.reshape(_real(tensor).shape) for piece, tensor in zip(pieces, like, strict=True)]
    return [
        torch.view_as_complex(real.contiguous()) if tensor.is_complex() else real
        for real, tensor in zip(shaped, like, strict=True)
    ]


def _real(tensor: Tensor) -> Tensor:
    return torch.view_as_real(tensor.resolve_conj()) if tensor.is_complex() else tensor
