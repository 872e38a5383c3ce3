"""The part of the encoded field of view that is wanted."""

import numpy as np
import torch

from preimage.reconstruct.frame.grid import Grid
from preimage.reconstruct.mri.kspace import KSpace
from preimage.reconstruct.mri.mrd_header import MRDHeader
from preimage.transform import CentredFourier

__all__ = ["wanted_samples", "without_oversampling"]


def without_oversampling(
    values: np.ndarray,
    mask: np.ndarray,
    header: MRDHeader,
    grid: Grid,
    noise: np.ndarray | None,
    notes: tuple[str, ...],
    full: bool,
) -> KSpace:
    """K-space without the oversampling of the readout, where every readout is whole; slices without their axis.

    The rest of the encoded field of view is cut off the image.

    Args:
        values: (images, coils, slices, rows, columns), columns along the readout.
        mask: (images, slices, rows, columns).
        header: the header of the file.
        grid: the grid of the image.
        noise: (coils, samples).
        notes: what the user should know.
        full: whether to keep everything.
    """
    columns = values.shape[-1] if full else wanted_samples(header, 0)
    is_whole = bool((mask.any(-1) == mask.all(-1)).all())
    if is_whole and columns < values.shape[-1]:
        values, mask = _shorter(values, columns), mask[..., :columns]
    crop = tuple(min(size, values.shape[2 + axis]) for axis, size in enumerate(
        values.shape[2:] if full else (wanted_samples(header, 2), wanted_samples(header, 1), columns)
    ))  # fmt: skip
    if values.shape[2] == 1:
        values, mask, crop = values[:, :, 0], mask[:, 0], crop[1:]
    return KSpace(values, mask, crop, grid, noise, notes)


def wanted_samples(header: MRDHeader, axis: int) -> int:
    """How many samples the image has along an axis, at the resolution that was encoded."""
    share = header.wanted_fov[axis] / header.encoded_fov[axis]
    return max(1, min(header.encoded[axis], round(header.encoded[axis] * share)))


def _shorter(values: np.ndarray, columns: int) -> np.ndarray:
    """Readouts of the middle ``columns`` of the image alone."""
    transform = CentredFourier(1)
    samples = torch.from_numpy(values)
    image = transform.synthesis(samples, tuple(samples.shape))
    first = values.shape[-1] // 2 - columns // 2
    return transform.analysis(image[..., first : first + columns].contiguous()).numpy()
