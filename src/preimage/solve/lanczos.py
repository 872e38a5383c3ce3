"""The largest singular value of a linear operator, by Lanczos' method."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from preimage._tree import dot, leaves, norm, scale, tree_map

__all__ = ["spectral_norm"]


def spectral_norm(
    forward: Callable[[Tensor], Any],
    adjoint: Callable[[Any], Tensor],
    start: Tensor,
    tol: float = 1e-3,
    max_steps: int = 200,
) -> Tensor:
    r"""Largest singular value of ``A`` on each sample, from the tridiagonal matrix of Lanczos' method on ``A^H A``.

    The largest eigenvalue ``t`` of that matrix lies within its residual ``r`` of one of ``A^H A``; a sample stops at
    ``r <= tol * t``. The error is then usually of the order of ``tol^2``, and of the order of ``tol`` where the largest
    singular values are that close together.

    Where gradients are recorded and ``A`` has parameters that ask for them, the value carries its gradient
    ``d||A|| = Re <u, dA v>`` with the leading singular vectors ``u`` and ``v``, for which Lanczos' method is run to a
    smaller residual. It is one of several where the largest singular value is not simple.

    Args:
        forward: ``A``.
        adjoint: ``A^H``.
        start: the vector of each sample from which the method starts, (B, ...).
        tol: the residual, relative to the eigenvalue, at which a sample stops.
        max_steps: the most steps taken.

    Source: Parlett, "The symmetric eigenvalue problem", 1980, chapter 13.
    """
    recorded = torch.is_grad_enabled() and any(leaf.requires_grad for leaf in leaves(forward(start)))
    if recorded:
        tol = 1e-8 if start.real.dtype == torch.float64 else 1e-4
    basis: list[Tensor] | None = [] if recorded else None
    value, diagonal, beside = _tridiagonalize(lambda v: adjoint(forward(v)), start, (tol, max_steps), basis)
    value = value.clamp_min(0).sqrt()
    if basis is None:
        return value
    image = forward(_top_vector(diagonal, beside, basis))
    held = tree_map(Tensor.detach, image)
    product = dot(scale(1 / norm(held).clamp_min(torch.finfo(value.dtype).tiny), held), image)
    return value + product - product.detach()


@torch.no_grad()
def _tridiagonalize(
    gram: Callable[[Tensor], Tensor], start: Tensor, until: tuple[float, int], basis: list[Tensor] | None
) -> tuple[Tensor, list[Tensor], list[Tensor]]:
    """The largest eigenvalue of each sample, and the diagonal of the matrix and what lies beside it.

    ``basis`` collects the vectors where it is given; ``until`` holds ``tol`` and ``max_steps``.
    """
    tol, max_steps = until
    diagonal: list[Tensor] = []
    beside: list[Tensor] = [norm(start)]
    before, v = torch.zeros_like(start), start
    value = torch.zeros_like(beside[0])
    done = torch.zeros_like(value, dtype=torch.bool)
    for count in range(1, max_steps + 1):
        # A sample without anything new has a zero here, and keeps it.
        v = scale(torch.where(beside[-1] > 0, 1 / beside[-1], 0), v)
        image = gram(v)
        v = v.to(image.dtype)  # a complex operator makes real images complex
        if basis is not None:
            basis.append(v)
        diagonal.append(dot(v, image))
        following = image - scale(diagonal[-1], v)
        if count > 1:
            following = following - scale(beside[-1], before)
        beside.append(norm(following))
        before, v = v, following
        largest, residual = _top_of_tridiagonal(diagonal, beside[1:])
        value, done = torch.where(done, value, largest), done | (residual <= tol * largest)
        if bool(done.all()):
            break
    return value, diagonal, beside[1:]


def _tridiagonal(diagonal: list[Tensor], beside: list[Tensor]) -> Tensor:
    matrix = torch.diag_embed(torch.stack(diagonal, -1).double())
    if len(diagonal) == 1:
        return matrix
    off = torch.stack(beside[:-1], -1).double()
    return matrix + torch.diag_embed(off, 1) + torch.diag_embed(off, -1)


@torch.no_grad()
def _top_vector(diagonal: list[Tensor], beside: list[Tensor], basis: list[Tensor]) -> Tensor:
    """The unit Ritz vector of the largest eigenvalue of each sample; zero where the operator is."""
    weights = torch.linalg.eigh(_tridiagonal(diagonal, beside)).eigenvectors[:, :, -1]
    total = torch.zeros_like(basis[0])
    for number, vector in enumerate(basis):
        total = total + scale(weights[:, number].to(vector.dtype), vector)
    return scale(1 / norm(total).clamp_min(torch.finfo(beside[0].dtype).tiny), total)


def _top_of_tridiagonal(diagonal: list[Tensor], beside: list[Tensor]) -> tuple[Tensor, Tensor]:
    """The largest eigenvalue, and the residual of its Ritz vector; the last entry of ``beside`` leads out."""
    values, vectors = torch.linalg.eigh(_tridiagonal(diagonal, beside))
    residual = beside[-1].double() * vectors[:, -1, -1].abs()
    return values[:, -1].to(diagonal[0].dtype), residual.to(diagonal[0].dtype)
