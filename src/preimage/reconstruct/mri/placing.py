"""Where the image of ISMRMRD lies in the patient."""

from typing import Any

import numpy as np

from preimage.reconstruct.frame.grid import Grid
from preimage.reconstruct.mri.mrd_header import MRDHeader

__all__ = ["patient_grid"]

# ISMRMRD has DICOM's axes (left, posterior, superior), NIfTI (right, anterior, superior).
_TO_RAS = np.diag([-1.0, -1.0, 1.0])


def patient_grid(header: MRDHeader, heads: np.ndarray) -> Grid:
    """The grid of the image, from the positions and directions of the first readout of each slice.

    The position is that of voxel ``floor(N / 2)`` of every axis, which is where the centred transform has its origin.
    Without directions only the sizes are known.
    """
    slices, rows, columns = header.sizes
    first = heads[np.argmin(heads["idx"]["slice"])]
    names = ("read_dir", "phase_dir", "slice_dir")
    across, down, through = (_TO_RAS @ np.asarray(first[name], np.float64) for name in names)
    position = _TO_RAS @ np.asarray(first["position"], np.float64)
    if header.encoded[2] == 1:
        slices = _between(heads, through) or slices
    if not all(abs(np.linalg.norm(each) - 1) < 1e-2 for each in (across, down, through)):
        return Grid((abs(slices), rows, columns), "mm")
    affine = np.eye(4)
    affine[:3, :3] = np.stack([across * columns, down * rows, through * slices], 1)
    middle = [header.wanted[0] // 2, header.wanted[1] // 2, header.wanted[2] // 2 if header.encoded[2] > 1 else 0]
    affine[:3, 3] = position - affine[:3, :3] @ np.array(middle, np.float64)
    return Grid((abs(slices), rows, columns), "mm", tuple(tuple(map(float, row)) for row in affine))


def _between(heads: np.ndarray, through: Any) -> float:
    """The way from one slice to the next along ``through``, of either sign; 0 where there is one slice."""
    numbers = np.unique(heads["idx"]["slice"])
    if len(numbers) < 2:
        return 0.0
    places = [_TO_RAS @ np.asarray(heads[heads["idx"]["slice"] == number][0]["position"]) for number in numbers[:2]]
    return float((places[1] - places[0]) @ through)
