"""From a file of k-space to problems that can be solved."""

import dataclasses
import math
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from preimage.errors import ArgumentError, ImageFileError
from preimage.files.formats.hdf5 import HDF5
from preimage.files.stacks.opening import is_of_format, stored_arrays
from preimage.files.stacks.stored import check_numbers, choose_array
from preimage.physics import MultiCoilMRI, coils
from preimage.reconstruct.frame.acquisition import Acquisition
from preimage.reconstruct.frame.memory import budget_of, check_image_fits
from preimage.reconstruct.mri.along_trajectory import acquire_shots
from preimage.reconstruct.mri.calibration import estimated_maps
from preimage.reconstruct.mri.fastmri import array_kspace, fastmri_kspace, read_pattern
from preimage.reconstruct.mri.ismrmrd import ismrmrd_group, read_ismrmrd, read_shots
from preimage.reconstruct.mri.kspace import KSpace
from preimage.reconstruct.mri.piece import CoilsPiece
from preimage.reconstruct.mri.settings import MRISettings

__all__ = ["acquire_mri"]

_COPIES = 12  # of the images of all coils, that iterative methods and the maps hold


def acquire_mri(path: Path, settings: MRISettings) -> Acquisition:
    """The k-space in ``path`` with the sensitivities of its coils.

    Raises:
        ImageFileError: the file cannot be read, or holds no k-space.
        ArgumentError: an option does not fit what is in it.
    """
    budget = budget_of(settings.memory)
    group = ismrmrd_group(path) if is_of_format(path, HDF5) else None
    shots = None if group is None else read_shots(path, group, budget)
    if shots is not None:
        return acquire_shots(shots, settings)
    kspace = _with_mask(_read(path, group, settings, budget), settings)
    if not kspace.mask.any():
        raise ImageFileError(f"`input` must hold samples, got {path} in which all are zero.")
    matrix = None if kspace.noise is None else coils.prewhitening(torch.from_numpy(kspace.noise))
    check_image_fits(_COPIES * 8 * math.prod(kspace.values.shape[1:]), budget)
    maps = None if settings.maps is None else _read_maps(settings.maps, kspace)
    count = len(kspace.values)
    pieces = [partial(_piece, kspace, index, settings, matrix, maps) for index in range(count)]
    shape = kspace.crop if settings.full is False else kspace.encoded
    is_whole = bool(kspace.mask.all())
    notes = (
        kspace.notes if matrix is None else (*kspace.notes, "the noise scan made the noise of the coils independent")
    )
    return Acquisition(
        pieces, shape if count == 1 else (count, *shape), kspace.grid, _words(kspace),
        "zero-filled" if is_whole else "cg-sense", {}, notes,
    )  # fmt: skip


def _read(path: Path, group: str | None, settings: MRISettings, budget: int | None) -> KSpace:
    if group is not None:
        return read_ismrmrd(path, group, budget, settings.full)
    arrays = stored_arrays(path)
    if is_of_format(path, HDF5) and settings.key is None and "kspace" in {array.name for array in arrays}:
        return fastmri_kspace(path, arrays, budget, settings.mask)
    return array_kspace(path, arrays, settings.key, budget, settings.mask)


def _with_mask(kspace: KSpace, settings: MRISettings) -> KSpace:
    if settings.mask is None:
        return kspace
    return dataclasses.replace(kspace, mask=read_pattern(settings.mask, kspace.encoded))


def _read_maps(path: Path, kspace: KSpace) -> Tensor:
    array = choose_array(stored_arrays(path), None, ("maps", "sensitivities"), path)
    check_numbers(array, path, tuple(range(2, 6)), complex_wanted=True)
    wanted = kspace.values.shape[1:]
    if array.shape not in (wanted, (1, *wanted)):
        raise ImageFileError(f"`maps` must be of {wanted} like the k-space, got {path} of {array.shape}.")
    values = torch.from_numpy(array.read().astype(np.complex64)).reshape(1, *wanted)
    if not bool(values.abs().isfinite().all()):
        raise ImageFileError(f"`maps` must be finite, got {path} with NaN or infinity.")
    return values


def _piece(kspace: KSpace, index: int, settings: MRISettings, matrix: Tensor | None, maps: Tensor | None) -> CoilsPiece:
    """One image: its noise is made independent first, then coils fewer, then sensitivities are estimated."""
    mask = kspace.mask[min(index, len(kspace.mask) - 1)]
    pattern = torch.from_numpy(mask.astype(np.float32))
    y, known = torch.from_numpy(kspace.values[index][None]) * pattern, maps
    if matrix is not None:
        y, known = coils.mix_coils(matrix, y), None if known is None else coils.mix_coils(matrix, known)
    if settings.coils is not None:
        fewer = _compression(y, settings.coils)
        y, known = coils.mix_coils(fewer, y), None if known is None else coils.mix_coils(fewer, known)
    physics = MultiCoilMRI(pattern[None, None], estimated_maps(y, mask) if known is None else known, dims=mask.ndim)
    crop = kspace.encoded if settings.full else kspace.crop
    return CoilsPiece(y, physics, 0.0, crop, settings.complex, None if matrix is None else 1.0)


def _compression(y: Tensor, count: int) -> Tensor:
    if not 1 <= count <= y.shape[1]:
        raise ArgumentError(f"`coils` must be between 1 and the {y.shape[1]} of the input, got {count}.")
    return coils.coil_compression(y, count)


def _words(kspace: KSpace) -> str:
    count, channels = kspace.values.shape[:2]
    share = float(kspace.mask.mean())
    images = f"{count} images, " if count > 1 else ""
    coil = f"{channels} coils" if channels > 1 else "one coil"
    size = "x".join(map(str, reversed(kspace.encoded)))
    return f"{images}{coil}, {size} samples, {100 * share:.0f} % taken"
