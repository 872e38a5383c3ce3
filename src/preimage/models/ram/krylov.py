"""Regularised solves with several shifts from a few applications of one operator."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage._tree import dot

__all__ = ["krylov_solves"]


def krylov_solves(
    normal: Callable[[Tensor], Tensor], b: Tensor, shifts: Sequence[Tensor], steps: int
) -> tuple[Tensor, ...]:
    r"""Approximate ``(M + rho)^-1 b`` for each ``rho`` of ``shifts``, with ``M`` Hermitian positive semidefinite.

    Each result is the iterate that conjugate gradients reach from zero in ``steps`` steps, ``V (T + rho)^-1 V^H b``
    with the basis ``V`` and the tridiagonal matrix ``T`` of Lanczos' method. Both are the same for all shifts, so that
    ``M`` is applied ``steps`` times in all. The result is of degree one in ``b``, the samples of a batch are
    independent, and gradients of any order pass through every operation.

    Args:
        normal: ``x -> M x``.
        b: the right-hand side, (B, ...); zero gives zero.
        shifts: each (B,), > 0.
        steps: >= 1.

    Source: Frommer, Maass, "Fast CG-based methods for Tikhonov-Phillips regularization", SIAM J. Sci. Comput. 1999.
    """
    eps = 100 * torch.finfo(b.real.dtype).eps
    length, v = _normalised(b, torch.zeros_like(dot(b, b)))
    basis, diagonal, off = [], [], []
    floor = torch.zeros_like(length)
    for step in range(steps):
        image = normal(v)
        alpha = dot(v, image)
        floor = (eps * alpha).square() if step == 0 else floor
        basis.append(v)
        diagonal.append(alpha)
        rest = image - per_image(alpha, b.real) * v
        for other in reversed(basis):  # not the last two alone: where a Ritz value converges, rounding grows without
            rest = rest - per_image(dot(other, rest), b.real) * other
        beside, v = _normalised(rest, floor)
        off.append(beside)
    matrix = torch.diag_embed(torch.stack(diagonal, 1))
    if steps > 1:
        side = torch.stack(off[:-1], 1)
        matrix = matrix + torch.diag_embed(side, 1) + torch.diag_embed(side, -1)
    start = torch.zeros_like(matrix[:, :, 0])
    start = torch.cat([length[:, None], start[:, 1:]], 1)
    identity = torch.eye(steps, dtype=matrix.dtype, device=matrix.device)
    return tuple(
        _combined(torch.linalg.solve(matrix + per_image(rho, matrix) * identity, start), basis) for rho in shifts
    )


def _normalised(w: Tensor, floor: Tensor) -> tuple[Tensor, Tensor]:
    """``||w||`` and ``w / ||w||``, both zero where ``||w||^2 <= floor``: the space is exhausted there."""
    power = dot(w, w)
    some = power > floor
    length = torch.where(some, power, 1).sqrt()
    return torch.where(some, length, 0), w * per_image(torch.where(some, 1 / length, 0), w.real)


def _combined(weights: Tensor, basis: Sequence[Tensor]) -> Tensor:
    """``sum_k weights_k basis_k`` of each sample."""
    terms = [per_image(weights[:, k], v.real) * v for k, v in enumerate(basis)]
    return torch.stack(terms).sum(0)
