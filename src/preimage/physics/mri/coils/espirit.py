"""Sensitivities from the fully sampled centre of k-space."""

import math
from itertools import product

import torch
from torch import Tensor

from preimage.errors import ArgumentError, ShapeError
from preimage.physics.mri.coils.walsh import aligned

__all__ = ["espirit"]

_ENTRIES = 2**22  # complex numbers of the matrices of one block of rows: 32 MB in single precision


def espirit(
    calibration: Tensor,
    shape: tuple[int, ...],
    kernel: int = 6,
    threshold: float = 0.02,
    crop: float = 0.9,
    sets: int = 1,
) -> Tensor:
    r"""Sensitivities as eigenvectors of the operator that projects k-space onto what its patches span.

    Patches of ``kernel^d`` samples of all coils span a space; ``W`` projects onto its part with singular values above
    ``threshold`` times the largest. Averaged over the patches that hold a sample, ``W`` is a convolution, hence one
    small matrix ``G(r)`` in every pixel, with eigenvalues in [0, 1], whose eigenvectors to the eigenvalue one are the
    sensitivities. Where the object is larger than the field of view, there are two of them.

    Rows of pixels are worked off one after the other: memory is that of the maps, and some 32 MB.

    Args:
        calibration: the centre of k-space, (B, coils, h, w) or (B, coils, d, h, w), complex, no side shorter than
            ``kernel``; the zero frequency is at ``floor(size / 2)``. 24 samples along an axis are usual.
        shape: the shape of the maps, (H, W) or (D, H, W).
        kernel: side of the patches; 6 in slices.
        threshold: in [0, 1); relative singular values from which on a direction counts.
        crop: maps are zero where the eigenvalue is below; 0 keeps all.
        sets: how many sets of maps; two where the object is larger than the field of view.

    Shapes: (B, coils, H, W) or (B, coils, D, H, W); with several sets (B, sets, coils, ...), by falling eigenvalue.

    Raises:
        ShapeError: the calibration is real, or its dimensions do not go with ``shape`` or ``kernel``.
        ArgumentError: a number is out of its range.

    Source: Uecker, Lai, Murphy, Virtue, Elad, Pauly, Vasanawala, Lustig, "ESPIRiT", Magnetic Resonance in Medicine 71,
    2014.
    """
    _check(calibration, shape, kernel, sets)
    if not (0 <= threshold < 1 and 0 <= crop <= 1):
        raise ArgumentError(
            f"`threshold` and `crop` must be in [0, 1], got {threshold} and {crop}; 0.02, 0.9 are usual."
        )
    response = _response(_projector(calibration, kernel, threshold), calibration.shape[1], kernel, len(shape))
    per_row = calibration.shape[0] * calibration.shape[1] ** 2 * math.prod(shape[1:])
    rows = max(1, _ENTRIES // max(per_row, 1))
    blocks = [_maps(response, shape, slice(top, top + rows), sets, crop) for top in range(0, shape[0], rows)]
    maps = torch.cat(blocks, 3)
    turned = torch.stack([aligned(maps[:, index], calibration) for index in range(sets)], 1)
    return turned[:, 0] if sets == 1 else turned


def _check(calibration: Tensor, shape: tuple[int, ...], kernel: int, sets: int) -> None:
    dims = len(shape)
    if not calibration.is_complex() or dims not in (2, 3) or calibration.ndim != dims + 2:
        raise ShapeError(
            f"`calibration` must be complex, (B, coils, ...) with the dimensions of `shape`, got {calibration.dtype} "
            f"{tuple(calibration.shape)} for {shape}; give the centre of k-space."
        )
    if not 1 <= kernel <= min(calibration.shape[2:]):
        raise ShapeError(
            f"`kernel` must be between 1 and the sides of the calibration {tuple(calibration.shape[2:])}, got {kernel}."
        )
    if not 1 <= sets <= calibration.shape[1]:
        raise ArgumentError(f"`sets` must be between 1 and the number of coils, got {sets}; one or two are usual.")


def _projector(calibration: Tensor, kernel: int, threshold: float) -> Tensor:
    """``W``, (B, coils * kernel^d, coils * kernel^d)."""
    patches = calibration
    dims = calibration.ndim - 2
    for axis in range(2, 2 + dims):
        patches = patches.unfold(axis, kernel, 1)
    grid = range(2, 2 + dims)
    patches = patches.permute(0, *grid, 1, *range(2 + dims, 2 + 2 * dims)).flatten(1 + dims).flatten(1, dims)
    values, vectors = torch.linalg.eigh(patches.mT @ patches.conj())
    kept = values > threshold**2 * values[:, -1:]
    return (vectors * kept[:, None]) @ vectors.mH


def _response(projector: Tensor, coils: int, kernel: int, dims: int) -> Tensor:
    """The kernels of the convolution, (B, coils, coils, 2 kernel - 1, ...), origin in the middle."""
    patch = (kernel,) * dims
    blocks = projector.unflatten(2, (coils, *patch)).unflatten(1, (coils, *patch))
    blocks = blocks.movedim(2 + dims, 2)  # (B, coils, coils, places, places)
    response = blocks.new_zeros((*blocks.shape[:3], *(2 * kernel - 1,) * dims))
    for place in product(range(kernel), repeat=dims):
        window = tuple(slice(p, p + kernel) for p in place)  # p - q + kernel - 1 for q in descending order
        part = blocks[(slice(None),) * 3 + place].flip(tuple(range(3, 3 + dims)))
        response[(..., *window)] += part
    return response / kernel**dims


def _maps(response: Tensor, shape: tuple[int, ...], rows: slice, sets: int, crop: float) -> Tensor:
    """Eigenvectors in the pixels of some rows, (B, sets, coils, rows, ...)."""
    matrices = response
    for axis, size in enumerate(shape):
        pixels = torch.arange(size, dtype=torch.float64)[rows if axis == 0 else slice(None)] - size // 2
        shifts = torch.arange(response.shape[3 + axis], dtype=torch.float64) - response.shape[3 + axis] // 2
        angle = 2 * math.pi / size * pixels[:, None] * shifts[None, :]
        turns = torch.polar(torch.ones_like(angle), angle).to(response)
        matrices = matrices.movedim(3, -1) @ turns.mT  # the axes go round: first in, last out
    matrices = matrices.movedim((1, 2), (-2, -1))
    values, vectors = torch.linalg.eigh((matrices + matrices.mH) / 2)
    kept = torch.where(values[..., None, -sets:] >= crop, vectors[..., -sets:], 0).flip(-1)
    return kept.movedim((-1, -2), (1, 2))
