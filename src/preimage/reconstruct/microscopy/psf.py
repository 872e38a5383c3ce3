"""The point spread function that a user names: a file of a measured one, or a description."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from preimage.errors import ArgumentError, ImageFileError
from preimage.files.stacks.opening import stored_arrays
from preimage.files.stacks.stored import check_numbers, choose_array
from preimage.reconstruct.ct.projections import finite
from preimage.reconstruct.microscopy.computed_psf import computed_psf
from preimage.reconstruct.microscopy.description import PSFDescription, parse_description
from preimage.reconstruct.microscopy.voxel import StoredVoxel

__all__ = ["PointSpread", "chosen_psf", "measured_psf"]


@dataclass(frozen=True)
class PointSpread:
    """A kernel on the voxels of an image.

    Attributes:
        kernel: (d, h, w) or (h, w), >= 0, of sum one.
        sizes: the sides of a voxel in micrometres, one for each axis; ``None`` where they are not known.
        notes: what the user should know of it.
    """

    kernel: Tensor
    sizes: tuple[float, ...] | None = None
    notes: tuple[str, ...] = ()


def chosen_psf(text: str | None, shape: tuple[int, ...], voxel: StoredVoxel) -> PointSpread:
    """The point spread function that ``text`` names, for an image of ``shape``.

    Args:
        text: a file, or a description.
        shape: (D, H, W) or (H, W).
        voxel: what the file of the image tells of its voxels.

    Raises:
        ArgumentError: nothing is named, or the description is wrong, incomplete, or does not fit.
        ImageFileError: the file cannot be read, or holds none.
    """
    if not text:
        raise ArgumentError("`psf` must be given, got none; name a file, or write na=1.3,ri=1.515,wavelength=520nm.")
    if Path(text).exists():
        return measured_psf(_read(Path(text)), len(shape), voxel)
    if "=" not in text:
        raise ImageFileError(f"`psf` must be a file that exists, or na=,ri=,wavelength=, got {text!r}; check it.")
    description = parse_description(text)
    sizes = _sizes(description, voxel, len(shape))
    return PointSpread(computed_psf(description, shape, sizes), sizes)


def measured_psf(values: np.ndarray, axes: int, voxel: StoredVoxel) -> PointSpread:
    """``values`` as a kernel of sum one without negative entries.

    Args:
        values: the image of a point, in the middle (``size // 2``).
        axes: those of the image to be deconvolved.
        voxel: what is known of its voxels.

    Raises:
        ArgumentError: it has other axes, or no light.
    """
    if values.ndim != axes:
        wanted = "a single plane, like the image" if axes == 2 else "a stack (Z, Y, X), like the image"
        raise ArgumentError(f"`psf` must be {wanted}, got an array of shape {values.shape}; give one of {axes} axes.")
    kernel = torch.from_numpy(np.ascontiguousarray(values, np.float64))
    negative = float(-kernel.clamp_max(0).sum() / kernel.abs().sum().clamp_min(1e-300))
    kernel = kernel.clamp_min(0)
    if not float(kernel.sum()) > 0:
        raise ArgumentError("`psf` must have light, got none above zero; check the file.")
    brightest = np.unravel_index(int(kernel.argmax()), values.shape)
    moved = tuple(int(place) - size // 2 for place, size in zip(brightest, values.shape, strict=True))
    notes = []
    if negative > 0.001:
        notes.append(f"{100 * negative:.2g} % of the point spread function are below zero; they were taken for zero")
    if any(moved):
        notes.append(f"the point spread function is brightest {moved} voxels from its middle: the image moves by that")
    known = tuple(size for size in (voxel.step, voxel.row, voxel.column)[-axes:] if size is not None)
    return PointSpread((kernel / kernel.sum()).float(), known if len(known) == axes else None, tuple(notes))


def _read(path: Path) -> np.ndarray:
    try:
        array = choose_array(stored_arrays(path), None, ("psf", "kernel", "data"), path)
        check_numbers(array, path, (2, 3), complex_wanted=False)
        return finite(array.read(), path)
    except ImageFileError as error:
        raise ImageFileError(str(error).replace("`input`", "`psf`")) from error


def _sizes(described: PSFDescription, stored: StoredVoxel, axes: int) -> tuple[float, ...]:
    """The sides of a voxel, by the description or the file."""
    if axes == 2 and described.step is not None:
        raise ArgumentError("`psf` must have no step for a single plane, got one; drop it, or give a stack (Z, Y, X).")
    row, column = (described.pixel or side for side in (stored.row, stored.column))
    if row is None or column is None:
        raise ArgumentError("`psf` must have pixel, got none, and the file tells none; add pixel=80nm.")
    if axes == 2:
        return row, column
    step = described.step or stored.step
    if step is None:
        raise ArgumentError("`psf` must have step for a stack, got none, and the file tells none; add step=250nm.")
    return step, row, column
