"""Blur kernels as users name them: a file, or a formula such as ``gaussian:1.6``."""

import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.errors import ArgumentError, ImageFileError, PreimageError
from preimage.files import ImageFile
from preimage.files.digest import array_sha256
from preimage.files.formats.table import array_formats, by_suffix
from preimage.physics.kernels import gaussian_blur, motion_line

__all__ = ["as_kernel", "check_kernel", "disk", "kernel_digest", "read_kernel"]

_NUMBER = r"(\d+(?:\.\d*)?|\.\d+)"
_FORMULAS = "gaussian:1.6, motion:15@30 (pixels@degrees) or disk:3"


def read_kernel(spec: str) -> Tensor:
    """The kernel that ``spec`` names, float32 (h, w) with sum one.

    ``gaussian:SIGMA``, ``motion:LENGTH@DEGREES`` (counter-clockwise from the horizontal) and ``disk:RADIUS`` are in
    pixels; files are images, ``.npy`` or ``.mat``. ``file.mat:3`` is the third kernel of a file that holds several.

    Raises:
        ArgumentError, ImageFileError: ``spec`` is nothing of this, or not a kernel.
        MissingDependency: a ``.mat`` file needs the ``io`` extra.
    """
    if formula := re.fullmatch(rf"gaussian:{_NUMBER}", spec):
        return check_kernel(gaussian_blur(_positive(formula[1], spec, 125))[0, 0], spec)
    if formula := re.fullmatch(rf"motion:{_NUMBER}@(-?{_NUMBER})", spec):
        return check_kernel(motion_line(_positive(formula[1], spec, 1000), float(formula[2]))[0, 0], spec)
    if formula := re.fullmatch(rf"disk:{_NUMBER}", spec):
        return check_kernel(disk(_positive(formula[1], spec, 500)), spec)
    path, index = _split_index(spec)
    format = by_suffix(path)
    if format is None:
        others = " or ".join(suffix for each in array_formats() for suffix in each.suffixes)
        raise ArgumentError(
            f"`kernel` must be an image, {others} file, or a formula like {_FORMULAS}, got {spec!r}; use one."
        )
    if format.arrays is None:
        return check_kernel(ImageFile.read(path).pixels.mean(0), spec)
    if not path.is_file():
        raise ImageFileError(f"`kernel` must be a file that exists, got {path}; check the name.")
    try:
        arrays = format.arrays(path)
    except PreimageError:
        raise
    except Exception as error:  # readers raise errors of every kind on damaged files
        suffix = path.suffix.lower()
        raise ImageFileError(f"`kernel` must be a whole {suffix} file of numbers, got {path} ({error}).") from error
    return check_kernel(_choose(arrays, index, path), spec)


def as_kernel(kernel: str | Path | np.ndarray | Tensor) -> Tensor:
    """A kernel given as an array, or by :func:`read_kernel`; float32 (h, w) with sum one."""
    if isinstance(kernel, (str, Path)):
        return read_kernel(str(kernel))
    return check_kernel(kernel, "the array")


def check_kernel(values: Any, name: str) -> Tensor:
    """``values`` as a float32 (h, w) tensor divided by its sum.

    Raises:
        ArgumentError: not two-dimensional, not finite, or without a positive sum.
    """
    if isinstance(values, np.ndarray):  # files may hold the other byte order, which torch refuses, or reversed axes
        values = np.ascontiguousarray(values, values.dtype.newbyteorder("="))
    try:
        kernel = torch.as_tensor(values).to(torch.float64)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ArgumentError(f"`kernel` must be an array of numbers, got {name} ({error}).") from error
    kernel = kernel.reshape([n for n in kernel.shape if n != 1] or [1]) if kernel.ndim > 2 else kernel
    if kernel.ndim != 2 or kernel.numel() == 0:
        raise ArgumentError(f"`kernel` must have shape (h, w), got {tuple(kernel.shape)} in {name}; give one kernel.")
    if not bool(torch.isfinite(kernel).all()):
        raise ArgumentError(f"`kernel` must be finite, got NaN or infinity in {name}; replace those entries.")
    if not float(kernel.sum()) > 1e-12:
        raise ArgumentError(
            f"`kernel` must have a positive sum, got {float(kernel.sum()):.3g} in {name}; check its sign."
        )
    return (kernel / kernel.sum()).float()


def check_fits(kernel: Tensor, height: int, width: int) -> None:
    """Refuse a kernel larger than the picture.

    Raises:
        ArgumentError: it is.
    """
    if kernel.shape[0] > height or kernel.shape[1] > width:
        raise ArgumentError(
            f"`kernel` must be smaller than the picture, {height}x{width}, got {kernel.shape[0]}x{kernel.shape[1]} "
            "(rows x columns); crop it to its support."
        )


def disk(radius: float) -> Tensor:
    """The blur of a lens out of focus: a uniform disk of ``radius`` pixels, anti-aliased with 16x16 samples a pixel."""
    half, fine = math.ceil(radius), 16
    offsets = (torch.arange(fine, dtype=torch.float64) + 0.5) / fine - 0.5
    centres = torch.arange(-half, half + 1, dtype=torch.float64)[:, None]
    squares = (centres + offsets).square()
    # Row by row: all samples of a large disk at once would take gigabytes.
    rows = [(row[:, None, None] + squares <= radius**2).double().mean((0, 2)) for row in squares]
    kernel = torch.stack(rows)
    if not bool(kernel.any()):  # smaller than the distance of the samples: a point
        kernel[half, half] = 1
    return kernel


def _positive(number: str, spec: str, most: float) -> float:
    """``number``, checked before a kernel of a thousand pixels a side and more is built."""
    value = float(number)
    if not 0 < value <= most:
        raise ArgumentError(
            f"`kernel` must have a size over 0 and up to {most:g} pixels, got {spec!r}; use one like {_FORMULAS}."
        )
    return value


def _split_index(spec: str) -> tuple[Path, int | None]:
    """``file.mat:3`` to the path and 3; the colon of a Windows drive is no index."""
    found = re.fullmatch(r"(.+\.mat):(\d+)", spec, re.IGNORECASE)
    return (Path(found[1]), int(found[2])) if found else (Path(spec), None)


def _choose(arrays: list[np.ndarray], index: int | None, path: Path) -> np.ndarray:
    if index is None and len(arrays) == 1:
        return arrays[0]
    if not arrays:
        raise ImageFileError(f"`kernel` must hold an array of numbers, got none in {path}; check the file.")
    if index is None or not 1 <= index <= len(arrays):
        raise ArgumentError(
            f"`kernel` must name one of the {len(arrays)} kernels of {path}, got "
            f"{'none' if index is None else index}; write {path}:1 to {path}:{len(arrays)}."
        )
    return arrays[index - 1]


def kernel_digest(kernel: Tensor) -> str:
    """Sha256 of a kernel's shape and float32 entries."""
    return array_sha256(kernel.numpy(), kernel.shape)
