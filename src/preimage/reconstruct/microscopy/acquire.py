"""From a file of a stack, or of a plane, to a problem that can be solved."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, avg_pool3d
from typing_extensions import Self, override

from preimage.denoisers import estimate_sigma
from preimage.errors import ArgumentError, ImageFileError
from preimage.files import Layout, StoredArray
from preimage.files.stacks.opening import stored_arrays
from preimage.files.stacks.stored import check_numbers, choose_array, with_axes
from preimage.physics import Blur, PoissonNoise
from preimage.reconstruct.ct.projections import finite
from preimage.reconstruct.frame.acquisition import Acquisition, Piece
from preimage.reconstruct.frame.grid import Grid
from preimage.reconstruct.frame.memory import budget_of, check_fits
from preimage.reconstruct.microscopy.psf import PointSpread, chosen_psf
from preimage.reconstruct.microscopy.settings import DeconvolutionSettings
from preimage.reconstruct.microscopy.split import StackSplit
from preimage.reconstruct.microscopy.voxel import stored_voxel

__all__ = [
    "COPIES", "ONE_PSF", "SIDE", "TOGETHER", "StackPiece", "acquire_stack", "as_stored", "check_background",
    "grid_of", "level_of_plane", "stack_acquisition", "stored_type", "with_sizes",
]  # fmt: skip

COPIES = 26  # of the unknown in single precision, at the most of the work
TOGETHER = 3  # of all stacks of a file: what was found, joined, and as it is written
SIDE = 5  # of what a background is the least mean of
_LEAST, _TINY = 1e-4, 1e-12  # noise levels: of the largest value, and at all
_DARK = 0.2  # of the mean: the darkest part may be no light
ONE_PSF = "all channels have one point spread function; deconvolve them apart where their wavelengths differ"


@dataclass(frozen=True)
class StackPiece(Piece):
    """A stack, or a plane, as part of an unknown that is larger by the kernel."""

    physics: Blur

    @override
    def gain(self) -> float:
        return float(self.physics.kernel.abs().sum()) ** 2

    @override
    def estimated_level(self) -> float:
        """From the plane in the middle."""
        y = self.y if self.y.ndim == 4 else self.y[:, :, self.y.shape[2] // 2]
        return level_of_plane(y[0, 0])

    @override
    def with_level(self, level: float) -> Self:
        """With Gaussian noise, and without the background."""
        counts = self.physics.noise.counts
        y = self.y if counts is None else self.y - counts.background
        return replace(super().with_level(level), y=y)

    @override
    def finish(self, x: Tensor) -> Tensor:
        """The part of the unknown that was seen."""
        kernel, seen = self.physics.kernel.shape[2:], self.y.shape[2:]
        before = (size - 1 - size // 2 for size in kernel)
        return x[(..., *(slice(start, start + count) for start, count in zip(before, seen, strict=True)))]


def level_of_plane(plane: Tensor) -> float:
    """The standard deviation of the noise of a plane (H, W); at least a ten-thousandth of its largest value."""
    found = float(estimate_sigma(plane.float()[None, None])[0])
    return max(found, _LEAST * float(plane.abs().max()), _TINY)


def acquire_stack(path: Path, settings: DeconvolutionSettings) -> Acquisition:
    """The stacks (Z, Y, X), or planes (Y, X), in ``path``, with their point spread function and background.

    Raises:
        ImageFileError: the file cannot be read, or holds no counts.
        ArgumentError: the point spread function is missing, wrong, or does not fit; or the background does not.
    """
    array = choose_array(stored_arrays(path), settings.key, ("stack", "image", "data"), path)
    array = with_axes(array, settings.axes)
    check_numbers(array, path, (2, 3, 4, 5, 6), complex_wanted=False)
    split, layout, budget = StackSplit.of(array.layout), array.layout, budget_of(settings.memory)
    together = 0 if split.count == 1 else TOGETHER * 4 * math.prod(array.shape)
    check_fits(path, together + COPIES * 4 * math.prod(split.shape), budget)
    psf = chosen_psf(settings.psf, split.shape, stored_voxel(layout))
    larger = (size + extra - 1 for size, extra in zip(split.shape, psf.kernel.shape, strict=True))
    check_fits(path, together + COPIES * 4 * math.prod(larger), budget)
    if split.count == 1:
        one = stack_acquisition(split.read(array, 0), psf, settings, path)
        return replace(
            one, shape=split.joined, layout=with_sizes(layout, psf).of_type(stored_type(settings, array.dtype))
        )
    counted = [_counted(split.read(array, at), psf, settings, path) for at in range(split.count)]
    backgrounds = [_background(piece) for piece, _ in counted]
    notes = dict.fromkeys(note for _, told in counted for note in told)
    if layout.size("C") > 1:
        notes[ONE_PSF] = None
    pieces = [partial(_read_piece, array, split, at, psf, settings, path) for at in range(split.count)]
    shown = f"{min(backgrounds):.4g} to {max(backgrounds):.4g}"
    words = (
        f"{split.count} stacks of {_times(split.shape)} values, kernel {_times(psf.kernel.shape)}, background {shown}"
    )
    dtype = stored_type(settings, array.dtype)
    return Acquisition(
        pieces, split.joined, grid_of(psf), words, "rl",
        {"background": backgrounds, "kernel": list(psf.kernel.shape)}, tuple(notes),
        lambda image: as_stored(dtype, split.as_in_file(image)), with_sizes(layout, psf).of_type(dtype),
    )  # fmt: skip


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
    piece, notes = _counted(stored, psf, settings, path)
    background = _background(piece)
    words = f"{_times(stored.shape)} values, kernel {_times(psf.kernel.shape)}, background {background:.4g}"
    return Acquisition(
        [lambda: piece], stored.shape, grid_of(psf), words, "rl",
        {"background": background, "kernel": list(psf.kernel.shape)}, notes,
        partial(as_stored, stored_type(settings, stored.dtype)),
    )  # fmt: skip


def _counted(
    stored: np.ndarray, psf: PointSpread, settings: DeconvolutionSettings, path: Path | str
) -> tuple[StackPiece, tuple[str, ...]]:
    """The problem of one stack, and what the user should know of it."""
    values = finite(stored, Path(path))
    if float(values.min()) < 0:
        raise ImageFileError(
            f"`input` must hold counts, none below zero, got {float(values.min()):.4g} in {path}; add the offset that "
            "was subtracted again, and give it as background."
        )
    y = torch.from_numpy(np.ascontiguousarray(values, values.dtype.newbyteorder("=")))[None, None]
    least, mean = _least_mean(y), float(y.double().mean())
    background, told = check_background(least, mean, settings)
    notes = (*psf.notes, *told)
    return StackPiece(y, Blur(psf.kernel.to(y.dtype)[None, None], "valid", noise=PoissonNoise(1.0, background))), notes


def check_background(least: float, mean: float, settings: DeconvolutionSettings) -> tuple[float, tuple[str, ...]]:
    """The background that ``settings`` ask for, and what the user should know of it.

    Args:
        least: the least mean of cubes.
        mean: the mean of all values.
        settings: those of the background.

    Raises:
        ArgumentError: it is below zero, or not below the mean.
    """
    background = least if settings.background == "auto" else settings.background
    if not 0 <= background < mean:
        raise ArgumentError(
            f"`background` must be at least 0 and below the mean of the values, {mean:.4g}, got {background:.4g}; "
            "give what is counted without light."
        )
    if least > _DARK * mean and least > 2 * background:
        return background, (f"the darkest part is {least:.4g}: if that is no light, give it as background",)
    return background, ()


def _read_piece(
    array: StoredArray, split: StackSplit, at: int, psf: PointSpread, settings: DeconvolutionSettings, path: Path
) -> StackPiece:
    return _counted(split.read(array, at), psf, settings, path)[0]


def _background(piece: StackPiece) -> float:
    counts = piece.physics.noise.counts
    assert counts is not None
    return float(counts.background)


def _times(shape: Sequence[int]) -> str:
    return "x".join(map(str, shape))


def grid_of(psf: PointSpread) -> Grid:
    """Where the voxels are that ``psf`` is known on."""
    step, row, column = (1.0, *(psf.sizes or (1.0, 1.0, 1.0)))[-3:]
    return Grid((step, row, column), "pixel" if psf.sizes is None else "um")


def with_sizes(layout: Layout, psf: PointSpread) -> Layout:
    """With the sides of voxels that were told beside the file, where it tells none itself."""
    letters = "ZYX"[-len(psf.sizes or ()) :] if psf.sizes else ""
    told = dict(zip(letters, psf.sizes or (), strict=True))
    missing = {letter for letter in told if letter in layout.axes and layout.step(letter) is None}
    return replace(
        layout,
        spacing=tuple(told[letter] if letter in missing else layout.step(letter) for letter in layout.axes),
        units=tuple("um" if letter in missing else layout.unit(letter) for letter in layout.axes),
    )


def stored_type(settings: DeconvolutionSettings, stored: np.dtype) -> np.dtype:
    """The type of the values of the result."""
    return np.dtype(np.float32) if settings.dtype == "float32" else stored.newbyteorder("=")


def _least_mean(y: Tensor) -> float:
    """Of parts of 5 voxels a side, or as many as there are."""
    sides = [min(SIDE, size) for size in y.shape[2:]]
    return float((avg_pool3d if y.ndim == 5 else avg_pool2d)(y, sides).min())


def as_stored(dtype: np.dtype, image: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
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
