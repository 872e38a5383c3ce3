"""Deconvolution of arrays and files."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.files.digest import array_sha256
from preimage.files.stacks.stored import check_numbers, held_array
from preimage.reconstruct.frame.engine import Reconstructed, reconstruct, solve_acquisition
from preimage.reconstruct.microscopy.acquire import stack_acquisition
from preimage.reconstruct.microscopy.psf import chosen_psf, measured_psf
from preimage.reconstruct.microscopy.settings import DeconvolutionSettings
from preimage.reconstruct.microscopy.voxel import StoredVoxel
from preimage.reconstruct.table import find_modality

__all__ = ["deconvolve"]


def deconvolve(
    image: np.ndarray | Tensor | Path | str,
    psf: np.ndarray | Tensor | Path | str,
    *,
    background: float | Literal["auto"] = 0.0,
    steps: int | None = None,
    dtype: Literal["same", "float32"] = "same",
    progress: Callable[[int, int], None] | None = None,
) -> Reconstructed:
    """Deconvolve an image or stack of counts by the method of Richardson and Lucy.

    What lies outside of the image is unknown, and found with it; so no border shows.

    Args:
        image: (H, W) or (D, H, W), none below zero, in any unit; or a file of it.
        psf: the point spread function on the same voxels, its point in the middle (``size // 2``); a file of it; or a
            description like ``na=1.3,ri=1.515,wavelength=520nm,pixel=80nm,step=250nm``, of which a TIFF file of ImageJ
            or OME tells ``pixel`` and ``step`` (see :class:`DeconvolutionSettings`).
        background: what is counted without light; the result is without it. ``auto``: the least mean of 5 voxels a
            side.
        steps: by default those after which held-out voxels are predicted best.
        dtype: that of ``image``, rounded and clipped where these are integers, or ``float32``.
        progress: ``progress(done, total)``, called after every step.

    Returns:
        ``.image``, ``.grid`` with the size of voxels in micrometres, and ``.record``.

    Raises:
        ArgumentError: the point spread function is wrong or does not fit, or a number is out of its range.
        ImageFileError: a file cannot be read, or holds no counts.

    Source: Richardson 1972; Lucy 1974; the unknown outside: Bertero & Boccacci, Astronomy & Astrophysics 437, 2005.
    """
    named = isinstance(psf, (str, Path))
    settings = DeconvolutionSettings(steps=steps, psf=str(psf) if named else None, background=background, dtype=dtype)
    if isinstance(image, (str, Path)):
        if not named:
            raise ArgumentError("`psf` must be a file or a description where `image` is a file, got an array.")
        return reconstruct("deconvolve", image, settings, progress)
    values = np.asarray(image)
    check_numbers(held_array(Path("image"), "", values), Path("image"), (2, 3), False)
    unknown = StoredVoxel()
    spread = (
        chosen_psf(str(psf), values.shape, unknown) if named else measured_psf(np.asarray(psf), values.ndim, unknown)
    )
    read = {"path": "", "sha256": array_sha256(values, values.shape)}
    acquisition = stack_acquisition(values, spread, settings)
    return solve_acquisition(find_modality("deconvolve"), acquisition, read, settings, progress)
