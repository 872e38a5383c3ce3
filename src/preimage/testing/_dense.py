"""Operators as matrices, on tiny images."""

import torch
from torch import Tensor

from preimage._tree import Measurement, leaves, tree_map
from preimage.physics import LinearPhysics
from preimage.testing._values import samples_of


def as_vectors(tree: Measurement, as_real: bool) -> Tensor:
    """(B, n): all entries of each sample; complex ones as pairs of reals when ``as_real``."""
    parts = [
        torch.view_as_real(leaf.resolve_conj()) if as_real and leaf.is_complex() else leaf for leaf in leaves(tree)
    ]
    flat = [part.reshape(part.shape[0], -1) for part in parts]
    return torch.cat(flat, 1)


def dense(physics: LinearPhysics, x: Tensor) -> Tensor:
    """The matrices (B, m, n) of ``A`` on each image of ``x``, in double precision.

    Over the complex numbers for complex images; over the reals for real ones, a complex measurement counting twice.
    """
    batch, n = x.shape[0], x[0].numel()
    basis = torch.eye(n, dtype=x.dtype, device=x.device).reshape(n, *x.shape[1:])
    matrices = []
    with torch.no_grad():
        for index in range(batch):
            one = samples_of(physics, slice(index, index + 1), batch)
            matrices.append(as_vectors(one.A(basis), not x.is_complex()).T)
    return torch.stack(matrices).to(torch.complex128 if x.is_complex() else torch.float64)


def from_vectors(vectors: Tensor, like: Measurement) -> Measurement:
    """The inverse of :func:`as_vectors` for measurements shaped like ``like``."""
    position = 0

    def take(leaf: Tensor) -> Tensor:
        nonlocal position
        pairs = leaf.is_complex() and not vectors.is_complex()
        count = leaf[0].numel() * (2 if pairs else 1)
        piece = vectors[:, position : position + count]
        position += count
        if pairs:
            return torch.view_as_complex(piece.reshape(-1, *leaf.shape[1:], 2).contiguous()).to(leaf.dtype)
        return piece.reshape(-1, *leaf.shape[1:]).to(leaf.dtype)

    return tree_map(take, like)
