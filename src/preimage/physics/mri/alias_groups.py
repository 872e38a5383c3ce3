"""Parallel imaging from a periodic sampling pattern: pixels that fall on each other are small systems of their own."""

import math

import torch
from torch import Tensor

from preimage._shapes import per_image

__all__ = ["alias_gram", "fold", "least_squares", "pattern_periods", "shifted", "unfold"]

_MOST = 16  # pixels of one group; larger systems are quicker by iteration


def pattern_periods(power: Tensor, dims: int) -> tuple[int, ...] | None:
    """The least periods of ``power`` along its last ``dims`` axes, ``None`` where a cell holds over 16 samples.

    A pattern that repeats every ``R`` samples of an axis of ``N`` folds pixels onto those ``N / R`` away. Any pattern
    within the cell is allowed: uniform undersampling, shifted (CAIPIRINHA), with weights.
    """
    periods = []
    for axis in range(-dims, 0):
        size = power.shape[axis]
        room = _MOST // math.prod(periods)
        found = (r for r in range(1, min(size, room) + 1) if size % r == 0 and torch.equal(power.roll(r, axis), power))
        period = next(found, None)
        if period is None:
            return None
        periods.append(period)
    return tuple(periods)


def fold(x: Tensor, periods: tuple[int, ...]) -> Tensor:
    """``x`` (..., H, W) as (..., groups, members): pixels that fall on each other side by side."""
    dims = len(periods)
    sizes = x.shape[-dims:]
    cut = x.reshape(*x.shape[:-dims], *(n for size, r in zip(sizes, periods, strict=True) for n in (r, size // r)))
    first = cut.ndim - 2 * dims
    order = [*range(first), *range(first + 1, cut.ndim, 2), *range(first, cut.ndim, 2)]
    members = math.prod(periods)
    return cut.permute(order).reshape(*x.shape[:-dims], math.prod(sizes) // members, members)


def unfold(groups: Tensor, periods: tuple[int, ...], sizes: tuple[int, ...]) -> Tensor:
    """The image whose :func:`fold` is ``groups``."""
    dims, lead = len(periods), groups.shape[:-2]
    cut = groups.reshape(*lead, *(size // r for size, r in zip(sizes, periods, strict=True)), *periods)
    first = len(lead)
    order = [*range(first), *(first + part * dims + axis for axis in range(dims) for part in (1, 0))]
    return cut.permute(order).reshape(*lead, *sizes)


def alias_gram(power: Tensor, maps: Tensor, periods: tuple[int, ...]) -> Tensor:
    r"""``A^H A`` of multi-coil MRI as one small matrix for each group, (B, ..., groups, members, members).

    Entry ``(i, j)`` is ``h_ij sum_coils conj(s_i) s_j`` with the sensitivities ``s`` at the two pixels, and ``h`` the
    inverse transform of ``power`` between them, ``1/R sum_r power_r exp(2 pi i (r - c) (i - j) / R)`` along each axis
    with the index ``c = floor(N / 2)`` of the zero frequency.

    Args:
        power: squared weights of the samples, (1 or B, 1, ..., H, W), of these periods.
        maps: (1 or B, coils, ..., H, W).
    """
    dims = len(periods)
    sizes = power.shape[-dims:]
    turns = torch.ones((1, 1), dtype=maps.dtype, device=maps.device)
    for size, r in zip(sizes, periods, strict=True):
        index = torch.arange(r, device=maps.device)
        angle = 2 * math.pi * ((index[:, None] * (index[None, :] - size // 2)) % r).to(maps.real.dtype) / r
        turns = torch.kron(turns, torch.polar(torch.full_like(angle, r**-0.5), angle))
    cell = power[(..., *(slice(r) for r in periods))].flatten(-dims).squeeze(1)
    aliasing = torch.einsum("ir,...r,jr->...ij", turns, cell.to(turns.dtype), turns.conj())
    folded = fold(maps, periods)
    return torch.einsum("bc...i,bc...j->b...ij", folded.conj(), folded) * aliasing.unsqueeze(-3)


def shifted(gram: Tensor, b: Tensor, rho: float | Tensor, periods: tuple[int, ...]) -> Tensor:
    """``(A^H A + rho)^-1 b`` of images ``b`` (B, 1, ..., H, W), ``rho`` a float or (B,)."""
    right = fold(b, periods).squeeze(1)
    shift = per_image(rho, right.real).unsqueeze(-1)
    eye = torch.eye(gram.shape[-1], dtype=gram.dtype, device=gram.device)
    solution = torch.linalg.solve(gram + shift * eye, right.unsqueeze(-1)).squeeze(-1)
    return unfold(solution.unsqueeze(1), periods, tuple(b.shape[-len(periods) :]))


def least_squares(gram: Tensor, b: Tensor, periods: tuple[int, ...]) -> Tensor:
    """``(A^H A)^+ b``: with ``b = A^H y`` the least-squares solution of minimum norm."""
    right = fold(b, periods).squeeze(1)
    accuracy = 100 * torch.finfo(gram.real.dtype).eps
    inverse = torch.linalg.pinv(gram, hermitian=True, rtol=accuracy)
    solution = (inverse @ right.unsqueeze(-1)).squeeze(-1)
    return unfold(solution.unsqueeze(1), periods, tuple(b.shape[-len(periods) :]))
