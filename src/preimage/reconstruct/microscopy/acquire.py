"""From a file of a stack, or of a plane, to a problem that can be solved."""

import math
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, avg_pool3d
from typing_extensions import override

from preimage.errors import ArgumentError, ImageFileError
from preimage.files.stacks.opening import stored_arrays
from preimage.files.stacks.stored import check_numbers, choose_array
from preimage.physics import Blur, PoissonNoise
from preimage.reconstruct.ct.projections import finite
from preimage.reconstruct.frame.acquisition import Acquisition, Piece
from preimage.reconstruct.frame.grid import Grid
from preimage.reconstruct.frame.memory import budget_of, check_fits
from preimage.reconstruct.microscopy.psf import PointSpread, chosen_psf
from preimage.reconstruct.microscopy.settings import DeconvolutionSettings
from preimage.reconstruct.microscopy.voxel import stored_voxel

__all__ = ["StackPiece", "acquire_stack", "stack_acquisition"]

_COPIES = 24  # of the unknown in single precision, at the most of the work
_SIDE = 5  # of what a background is the least mean of
_DARK = 0.2  # of the mean: the darkest part may be no light


@dataclass(frozen=True)
class StackPiece(Piece):
    """A stack, or a plane, as part of an unknown that is larger by the kernel."""

    physics: Blur

    @override
    def finish(self, x: Tensor) -> Tensor:
        """The part of the unknown that was seen."""
        kernel, seen = self.physics.kernel.shape[2:], self.y.shape[2:]
        before = (size - 1 - size // 2 for size in kernel)
        return x[(..., *(slice(start, start + count) for start, count in zip(before, seen, strict=True)))]


def acquire_stack(path: Path, settings: DeconvolutionSettings) -> Acquisition:
    """The stack (Z, Y, X), or plane (Y, X), in ``path``, with its point spread function and background.

    Raises:
        ImageFileError: the file cannot be read, or holds no counts.
        ArgumentError: the point spread function is missing, wrong, or does not fit; or the background does not.
    """
    array = choose_array(stored_arrays(path), settings.key, ("stack", "image", "data"), path)
    check_numbers(array, path, (2, 3), complex_wanted=False)
    voxel, budget = stored_voxel(array), budget_of(settings.memory)
    check_fits(path, _COPIES * 4 * math.prod(array.shape), budget)
    psf = chosen_psf(settings.psf, array.shape, voxel)
    larger = (size + extra - 1 for size, extra in zip(array.shape, psf.kernel.shape, strict=True))
    check_fits(path, _COPIES * 4 * math.prod(larger), budget)
    return stack_acquisition(array.read(), psf, settings, path)


def stack_acquisition(
    stored: np.ndarray, psf: PointSpread, settings: DeconvolutionSettings, path: Path | str = "the array"
) -> Acquisition:
    """The problem of values (D, H, W) or (H, W).

    Args:
        stored: what was counted, in any unit.
        psf: the point spread function, of as many axes.
        settings: those of the background and of the result.
        path: where the values come from, for messages.

    Raises:
        ImageFileError: a value is NaN, infinite or below zero.
        ArgumentError: the background is below zero, or not below the mean.
    """
    values = finite(stored, Path(path))
    if float(values.min()) < 0:
        raise ImageFileError(
            f"`input` must hold counts, none below zero, got {float(values.min()):.4g} in {path}; add the offset that "
            "was subtracted again, and give it as background."
        )
    y = torch.from_numpy(np.ascontiguousarray(values, values.dtype.newbyteorder("=")))[None, None]
    least, mean = _least_mean(y), float(y.double().mean())
    background = least if settings.background == "auto" else settings.background
    if not 0 <= background < mean:
        raise ArgumentError(
            f"`background` must be at least 0 and below the mean of the values, {mean:.4g}, got {background:.4g}; "
            "give what is counted without light."
        )
    notes = psf.notes
    if least > _DARK * mean and least > 2 * background:
        notes = (*notes, f"the darkest part is {least:.4g}: if that is no light, give it as background")
    kernel, sizes = psf.kernel, psf.sizes
    shapes = ("x".join(map(str, shape)) for shape in (values.shape, kernel.shape))
    physics = Blur(kernel.to(y.dtype)[None, None], "valid", noise=PoissonNoise(1.0, background))
    step, row, column = (1.0, *(sizes or (1.0, 1.0, 1.0)))[-3:]
    grid = Grid((step, row, column), "pixel" if sizes is None else "um")
    dtype = np.dtype(np.float32) if settings.dtype == "float32" else stored.dtype.newbyteorder("=")
    return Acquisition(
        [partial(StackPiece, y, physics)], values.shape, grid,
        "{} values, kernel {}, background {:.4g}".format(*shapes, background), "rl",
        {"background": background, "kernel": list(kernel.shape)}, notes, partial(_as_stored, dtype),
    )  # fmt: skip


def _least_mean(y: Tensor) -> float:
    """Of parts of 5 voxels a side, or as many as there are."""
    sides = [min(_SIDE, size) for size in y.shape[2:]]
    return float((avg_pool3d if y.ndim == 5 else avg_pool2d)(y, sides).min())


def _as_stored(dtype: np.dtype, image: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """``image`` in the type of the file; integers are rounded, and clipped where they do not fit in."""
    if dtype.kind not in "iub":
        return image.astype(dtype), ()
    whole = np.dtype(np.uint8) if dtype.kind == "b" else dtype
    top = np.iinfo(whole).max
    above = image >= top
    rounded = np.rint(np.where(above, 0, image)).astype(whole)
    rounded[above] = top
    count = int(above.sum())
    told = f"{count} values are above {top} and were clipped; dtype float32 keeps them"
    return rounded, (told,) if count else ()
