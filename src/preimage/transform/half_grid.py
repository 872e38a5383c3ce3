"""Samples of the spectra of real images anywhere, on half of the grid that :func:`nufft` takes."""

import importlib.util
import itertools
import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage._optional import require
from preimage.machine.compiler import is_recorded
from preimage.transform.convolution import fast_length
from preimage.transform.nufft import default_accuracy, plan_options

__all__ = ["HalfGrid", "half_grid"]

_LEAST = 64  # pixels along an axis, and samples: below it, a plan takes longer than all else
_LEAST_ERROR = 1e-12
_ROWS, _COLUMNS, _SOME = 64, 64, 1 << 13  # transformed at once, and samples looked at together
_REACH, _FINE = 12, 64  # of the kernel in samples of the grid, at most; places at which it is known, for each of these


def half_grid(
    points: Tensor, shape: tuple[int, ...], like: Tensor, tol: float | None = None, others: Sequence[Tensor] = ()
) -> "HalfGrid | None":
    """The transform of real images ``shape`` at ``points``; ``None`` where :func:`nufft` is to take its place.

    That is where FINUFFT may not compute or is not installed, where a gradient is recorded, and for small images.

    Args:
        points: frequencies in cycles per pixel, (M, 2).
        shape: (H, W) of an image.
        like: a tensor with the precision of images, on their device.
        tol: the relative error, as for :func:`nufft`.
        others: tensors that may ask for a gradient, too.
    """
    tol = default_accuracy(torch.promote_types(like.dtype, torch.complex64)) if tol is None else tol
    is_plain = (
        type(like) is Tensor and like.device.type == "cpu" and points.device.type == "cpu" and tol >= _LEAST_ERROR
    )
    is_known = like.real.dtype in (torch.float32, torch.float64)
    if not is_plain or not is_known or is_recorded(like, points, *others) or not like.numel():
        return None
    if len(shape) != 2 or min(*shape, len(points)) < _LEAST or importlib.util.find_spec("finufft") is None:
        return None
    return HalfGrid(points.detach(), (shape[0], shape[1]), like, tol)


class HalfGrid:
    r"""``y_j = N^(-1/2) sum_n x_n exp(-2 pi i k_j . (n - c))`` for real ``x``, as :func:`nufft` defines it.

    Spectra of real images are known by one half: those of them that are computed lie on a grid of half the columns, and
    samples of the other half are conjugates. Rows come in and go out some at a time, and are transformed in the memory
    of the grid, which is all that is as large as an image. FINUFFT reads the grid between its samples, or adds to it.

    Args:
        points: frequencies in cycles per pixel, (M, 2).
        shape: (H, W) of an image.
        like: a tensor with the precision of images.
        tol: the relative error, > 0.
    """

    def __init__(self, points: Tensor, shape: tuple[int, int], like: Tensor, tol: float) -> None:
        finufft = require("finufft", "mri", "A non-uniform Fourier transform")
        # Single precision has no digits for a smaller error, see `nufft`.
        is_single = like.real.dtype == torch.float32 and tol >= max(2e-6, 1e-8 * max(shape))
        self.dtype = torch.complex64 if is_single else torch.complex128
        self.shape = shape
        options = plan_options(tol, 2)
        self.fine = tuple(fast_length(math.ceil(options["upsampfac"] * size)) for size in shape)
        factors, reach = zip(*(_correction(*sizes, tol) for sizes in zip(shape, self.fine, strict=True)), strict=True)
        number = torch.float32 if is_single else torch.float64
        self.rows, self.columns = (factor.to(number) for factor in factors)
        self.margin, self.last = reach[0] + 1, self.fine[1] // 2
        width = self.last + 1 + 2 * self.margin
        self.size = (self.fine[0], width)
        self.signs = torch.ones(len(points), dtype=torch.int8).masked_fill_(points[:, 1] < 0, -1)
        self.places = [np.empty(len(points), np.float32 if is_single else np.float64) for _ in shape]  # the plan's, too
        for start in range(0, len(points), _SOME):
            some = slice(start, start + _SOME)
            turns = 2 * math.pi * points[some].double() * self.signs[some, None]
            self.places[0][some] = turns[:, 0] - math.pi
            self.places[1][some] = (turns[:, 1] * self.fine[1] + 2 * math.pi * self.margin) / width - math.pi
        name = "complex64" if is_single else "complex128"
        self.plan = finufft.Plan(2, self.size, 1, tol, -1, name, **options, spreadinterponly=1)
        self.plan.setpts(*self.places)

    def samples(self, rows_of: Callable[[slice], Tensor], out: Tensor | None = None) -> Tensor:
        """``y`` (M,), complex, of the image with the rows ``rows_of(which)``, (h, W), in ``out`` where it fits."""
        grid = torch.zeros(self.size, dtype=self.dtype)
        for which, there in self._bands():
            grid[there, self._half] = torch.fft.rfft(self._spread(rows_of(which), which))
        self._along_columns(torch.fft.fft, grid)
        margin, end = self.margin, self.margin + self.last
        grid[:, :margin] = _opposite(grid[:, margin + 1 : 2 * margin + 1])
        grid[:, end + 1 :] = _opposite(grid[:, end - margin : end])
        y = torch.empty(len(self.signs), dtype=self.dtype) if out is None or out.dtype != self.dtype else out
        self.plan.execute(grid.numpy(), y.numpy())
        y.imag.mul_(self.signs)
        return y if out is None or out is y else out.copy_(y)

    def image(self, y: Tensor, put: Callable[[slice, Tensor], object]) -> None:
        """The real part of the adjoint for samples ``y`` (M,), which are overwritten: ``put(which, rows)``."""
        y = y.to(self.dtype).resolve_conj()
        y.imag.mul_(self.signs)
        grid = torch.from_numpy(self.plan.execute_adjoint(y.numpy()))
        margin, end = self.margin, self.margin + self.last
        grid[:, margin + 1 : 2 * margin + 1] += _opposite(grid[:, :margin])
        grid[:, end - margin : end] += _opposite(grid[:, end + 1 :])
        grid[:, margin : end + 1 : self.last] *= 2  # these stand for themselves alone, others for conjugates, too
        self._along_columns(torch.fft.ifft, grid, norm="forward")
        for which, there in self._bands():
            lines = torch.fft.irfft(grid[there, self._half], n=self.fine[1], norm="forward")
            middle, after = self.shape[1] // 2, self.shape[1] - self.shape[1] // 2
            put(which, torch.cat([lines[:, self.fine[1] - middle :], lines[:, :after]], 1) * self._factors(which) / 2)

    def _spread(self, rows: Tensor, which: slice) -> Tensor:
        """Rows of the image, corrected, with their middle first, among zeros: (h, fine)."""
        lines = torch.zeros((len(rows), self.fine[1]), dtype=self.columns.dtype)
        middle, after = self.shape[1] // 2, self.shape[1] - self.shape[1] // 2
        factors = self._factors(which)
        torch.mul(rows[:, middle:], factors[:, middle:], out=lines[:, :after])
        torch.mul(rows[:, :middle], factors[:, :middle], out=lines[:, self.fine[1] - middle :])
        return lines

    def _factors(self, which: slice) -> Tensor:
        return self.rows[which, None] * (self.columns * math.prod(self.shape) ** -0.5)

    @property
    def _half(self) -> slice:
        return slice(self.margin, self.margin + self.last + 1)

    def _bands(self) -> list[tuple[slice, slice]]:
        """Some rows of the image at a time, and where they are in the grid, whose first row is the middle of all."""
        size, middle = self.shape[0], self.shape[0] // 2
        edges = [*range(0, middle, _ROWS), *range(middle, size, _ROWS), size]
        bands = [slice(start, stop) for start, stop in itertools.pairwise(edges)]
        moves = [self.fine[0] - middle if band.start < middle else -middle for band in bands]
        return [(band, slice(band.start + by, band.stop + by)) for band, by in zip(bands, moves, strict=True)]

    def _along_columns(self, transform: Callable[..., Tensor], grid: Tensor, **options: Any) -> None:
        half = grid[:, self._half]
        for columns in half.split(_COLUMNS, 1):
            columns.copy_(transform(columns, dim=0, **options))


def _opposite(columns: Tensor) -> Tensor:
    """The conjugates at the opposite frequencies of some columns (H, w), of which the last comes first."""
    return torch.cat([columns[:1], columns[1:].flip(0)]).flip(1).conj()


@lru_cache(maxsize=8)
def _correction(size: int, fine: int, tol: float) -> tuple[Tensor, int]:
    """One by the transform of FINUFFT's kernel at the pixels of an axis, (size,), and half of its width, rounded up.

    The kernel is what it reads of a grid that is zero but at one place.
    """
    finufft, length = require("finufft", "mri", "A non-uniform Fourier transform"), 2 * _REACH + 8
    plan = finufft.Plan(2, (length, length), 1, tol, -1, "complex128", **plan_options(tol, 2), spreadinterponly=1)
    places = np.arange(-_REACH * _FINE, _REACH * _FINE + 1) / _FINE
    point = np.zeros((length, length), complex)
    point[length // 2, length // 2] = 1
    plan.setpts(places * (2 * math.pi / length), np.zeros_like(places))
    kernel = plan.execute(point).real
    pixels = np.arange(size) - size // 2
    transform = np.cos(2 * math.pi / fine * np.outer(pixels, places)) @ kernel / _FINE
    return torch.from_numpy(1 / transform), math.ceil(np.abs(places[kernel != 0]).max())
