"""Samples of a spectrum anywhere, in little more time than a fast Fourier transform takes."""

import importlib.util
import math
from typing import Any

import torch
from torch import Tensor

from preimage._optional import require
from preimage.errors import ShapeError
from preimage.machine.compiler import is_transformed
from preimage.transform.direct_fourier import direct_fourier, direct_fourier_adjoint

__all__ = ["default_accuracy", "nufft", "nufft_adjoint", "plan_options"]

_FEW = 2**14  # terms of one array that are summed in the time that a plan takes
_DIRECT = 2**33  # terms that are summed one by one without complaint: some seconds


def nufft(x: Tensor, points: Tensor, tol: float | None = None) -> Tensor:
    r"""``y_j = N^(-1/2) sum_n x_n exp(-2 pi i k_j . (n - c))`` with ``c = floor(size / 2)`` along each axis.

    It is computed by FINUFFT (the extra ``mri``) on a CPU. On other devices, under ``torch.func`` and
    ``torch.compile``, for ``tol=0``, and where there are no more than 16384 terms, each is summed
    (:func:`direct_fourier`). Gradients of any order reach ``x`` and ``points``; they are transforms, too, and as
    accurate.

    Args:
        x: complex arrays (B, C, ...), of ``N`` numbers each.
        points: the frequencies ``k_j`` in cycles per sample, real, (1 or B, M, d) for the last ``d`` axes of ``x``, 1
            to 3.
        tol: relative error of ``y`` in the Euclidean norm, by default 1e-5 in single precision and 1e-9 in double. Zero
            asks for the sum. Single precision adds about 7e-8 times the largest size of an axis.

    Shapes: the result is (B, C, M).

    Raises:
        ShapeError: ``points`` are not real, of another rank, or for more axes than ``x`` has.
        MissingDependency: FINUFFT is not installed, and the sum would take long.
    """
    _check(x, points)
    tol = default_accuracy(x.dtype) if tol is None else tol
    shape = tuple(x.shape[2:])
    if not _is_plain(x, points, tol, math.prod(shape)):
        return direct_fourier(x, points)
    return _Nufft.apply(x, points, tol) if _is_recorded(x, points) else _planned(x, points, tol)  # pyright: ignore


def nufft_adjoint(y: Tensor, points: Tensor, shape: tuple[int, ...], tol: float | None = None) -> Tensor:
    """The adjoint of :func:`nufft` with the same ``tol``, exact to rounding: arrays (B, C, ...) of samples (B, C, M).

    Args:
        y: complex samples.
        points: as there.
        shape: the last axes of the result.
        tol: as there.

    Raises:
        ShapeError: as there.
        MissingDependency: as there.
    """
    _check(y.new_zeros((1, 1, *(0,) * len(shape))), points)
    tol = default_accuracy(y.dtype) if tol is None else tol
    if not _is_plain(y, points, tol, math.prod(shape)):
        return direct_fourier_adjoint(y, points, shape)
    if _is_recorded(y, points):
        return _NufftAdjoint.apply(y, points, shape, tol)  # pyright: ignore
    return _planned_adjoint(y, points, shape, tol)


def default_accuracy(dtype: torch.dtype) -> float:
    """The ``tol`` that :func:`nufft` takes by default for complex numbers of ``dtype``."""
    return 1e-5 if dtype == torch.complex64 else 1e-9


def _check(x: Tensor, points: Tensor) -> None:
    if points.ndim != 3 or points.is_complex() or points.shape[-1] != x.ndim - 2 or points.shape[-1] not in (1, 2, 3):
        raise ShapeError(
            f"`points` must be real, (1 or B, M, {x.ndim - 2}), got {points.dtype} {tuple(points.shape)}; give a "
            "frequency for each axis of the arrays."
        )


def _is_plain(x: Tensor, points: Tensor, tol: float, size: int) -> bool:
    """Whether FINUFFT may compute: it sees memory, not operations."""
    if torch.compiler.is_compiling() or is_transformed() or tol == 0 or x.device.type != "cpu":
        return False
    if importlib.util.find_spec("finufft") is None:
        if x.shape[0] * x.shape[1] * points.shape[1] * size > _DIRECT:
            require("finufft", "mri", f"A non-uniform Fourier transform of {points.shape[1]} samples")
        return False
    return x.shape[0] * x.shape[1] > 0 and points.shape[1] * size > _FEW


def _is_recorded(x: Tensor, points: Tensor) -> bool:
    return torch.is_grad_enabled() and (x.requires_grad or points.requires_grad)


class _Nufft(torch.autograd.Function):
    """Recorded as one operation. What its derivative consists of is recorded in turn, so that it has one, too."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, points: Tensor, tol: float) -> Tensor:
        ctx.tol, ctx.shape = tol, tuple(x.shape[2:])
        ctx.save_for_backward(x if ctx.needs_input_grad[1] else None, points)
        return _planned(x, points, tol)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor | None, None]:  # pyright: ignore
        x, points = ctx.saved_tensors
        to_x = nufft_adjoint(gradient, points, ctx.shape, ctx.tol) if ctx.needs_input_grad[0] else None
        to_points = _slope(x, gradient, points, ctx.tol) if ctx.needs_input_grad[1] else None
        return to_x, to_points, None


class _NufftAdjoint(torch.autograd.Function):
    """As above, for the adjoint."""

    @staticmethod
    def forward(ctx: Any, y: Tensor, points: Tensor, shape: tuple[int, ...], tol: float) -> Tensor:
        ctx.tol = tol
        ctx.save_for_backward(y if ctx.needs_input_grad[1] else None, points)
        return _planned_adjoint(y, points, shape, tol)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor | None, None, None]:  # pyright: ignore
        y, points = ctx.saved_tensors
        to_y = nufft(gradient, points, ctx.tol) if ctx.needs_input_grad[0] else None
        to_points = _slope(gradient, y, points, ctx.tol) if ctx.needs_input_grad[1] else None
        return to_y, to_points, None, None


def _slope(x: Tensor, y: Tensor, points: Tensor, tol: float) -> Tensor:
    """The gradient of ``Re <y, nufft(x)>`` in the points, like ``points``.

    ``d/dk`` along an axis brings down ``-2 pi i (n - c)``: it is the transform of ``x`` times the coordinate.
    """
    parts = []
    for axis, size in enumerate(x.shape[2:]):
        place = torch.arange(size, dtype=x.real.dtype, device=x.device) - size // 2
        turning = -2j * math.pi * place.reshape(-1, *(1,) * (x.ndim - 3 - axis))
        product = (nufft(turning.to(x.dtype) * x, points, tol).conj() * y).real.sum(1)
        parts.append(product.sum(0, keepdim=True) if points.shape[0] == 1 else product)
    return torch.stack(parts, -1).to(points.dtype)


def _planned(x: Tensor, points: Tensor, tol: float) -> Tensor:
    shape = tuple(x.shape[2:])
    return _executed(x, points, shape, tol, False).reshape(*x.shape[:2], points.shape[1])


def _planned_adjoint(y: Tensor, points: Tensor, shape: tuple[int, ...], tol: float) -> Tensor:
    return _executed(y, points, shape, tol, True).reshape(*y.shape[:2], *shape)


def _executed(data: Tensor, points: Tensor, shape: tuple[int, ...], tol: float, adjoint: bool) -> Tensor:
    """All transforms that share points in one call, (B * C, ...)."""
    finufft = require("finufft", "mri", "A non-uniform Fourier transform")
    # Single precision has no digits for a smaller error: rounded points alone are off by 2e-8 for each pixel.
    dtype = torch.complex64 if data.dtype == torch.complex64 and tol >= max(2e-6, 1e-8 * max(shape)) else None
    wide = data.detach().to(dtype or torch.complex128).resolve_conj()
    shared = points.shape[0] == 1
    known = points.detach().cpu()
    angles = [known[..., axis].double().mul(2 * math.pi).to(wide.real.dtype) for axis in range(known.shape[-1])]
    results = []
    for index, batch in enumerate([wide.flatten(0, 1)] if shared else wide.unbind(0)):
        name = "complex64" if dtype else "complex128"
        plan = finufft.Plan(2, shape, len(batch), tol, -1, name, **plan_options(tol, len(shape)))
        plan.setpts(*(angle[0 if shared else index].contiguous().numpy() for angle in angles))
        run = plan.execute_adjoint if adjoint else plan.execute
        results.append(torch.from_numpy(run(batch.contiguous().numpy())))
    result = results[0] if shared else torch.cat([part.reshape(len(part), -1) for part in results])
    return result.to(data.dtype).mul_(math.prod(shape) ** -0.5)


def plan_options(tol: float, dims: int) -> dict[str, float | int]:
    """What FINUFFT is told beside the accuracy.

    Its choice of a grid twice as fine has twice the memory and no smaller error, and along a power of two, such as
    1024, its columns push each other out of the cache: four times the time for an image of 512x512. Samples that are
    put on the grid together have a part of it for themselves: all of it for the 100,000 that it takes for two axes.
    """
    grid = 1.4 if tol >= 1e-10 else 2.0  # kernels of at most 16 points are not exact enough on the coarser one
    options: dict[str, float | int] = {"nthreads": torch.get_num_threads(), "upsampfac": grid}
    return options if dims > 2 else {**options, "spread_max_sp_size": 10_000}
