"""Random camera shake."""

import math
from functools import cache

import torch
from torch import Tensor

from preimage._ranges import check_count, check_level
from preimage.physics.kernels import path_kernels
from preimage.physics.parameters.base import ParameterGenerator, normal

__all__ = ["MotionBlurGenerator"]

_POINTS = 512
_BLOCK = 64
_STATE = 2


class MotionBlurGenerator(ParameterGenerator):
    r"""Kernels of a camera that follows a smooth random path during the exposure.

    Both coordinates of the path are Gaussian processes in time ``t`` in [0, 1] with the covariance
    ``spread^2 (1 + a) exp(-a)``, ``a = sqrt(3) |t - s| / smoothness``. The path is moved so that its mean is at the
    origin of the kernel, so that the blur does not shift the image, and shrunk where it would leave the kernel.

    Args:
        size: height and width of the kernels, >= 3.
        spread: standard deviation of the position, in pixels, > 0; by default a quarter of the half-width of the
            kernel.
        smoothness: correlation time as a fraction of the exposure; small for trembling, large for straight lines; > 0.

    Shapes: ``kernel`` (B, 1, size, size).

    Raises:
        ArgumentError: a number is out of its range.

    Source: Schuler, Hirsch, Harmeling, Schölkopf, "Learning to deblur", TPAMI 2016, section on training data; differs
    in the covariance (Matérn 3/2) and its constants.
    """

    def __init__(self, size: int = 31, spread: float | None = None, smoothness: float = 0.5) -> None:
        super().__init__()
        check_count("size", size, "a path needs room", least=3)
        check_level("smoothness", smoothness, "0.5 is the default")
        if spread is not None:
            check_level("spread", spread, "leave it to its default")
        self.size = size
        self.spread = spread
        self.smoothness = smoothness

    def draw(self, rng: torch.Generator | None) -> dict[str, Tensor]:
        """A random kernel, as the parameter ``kernel``."""
        return {name: value[0] for name, value in self.draw_batch(1, rng).items()}

    def draw_batch(self, batch: int, rng: torch.Generator | None) -> dict[str, Tensor]:
        """Random kernels, as the parameter ``kernel``."""
        room = (self.size - 1) // 2
        spread = self.size / 8 if self.spread is None else self.spread
        numbers = normal(2 * _POINTS * batch, rng).reshape(batch, _POINTS, 2)
        path = correlate(numbers.mT.reshape(-1, _POINTS), self.smoothness).reshape(batch, 2, _POINTS)
        path -= path.mean(2, keepdim=True)
        path *= (room / path.abs().amax((1, 2), keepdim=True)).clamp_max(spread)
        return {"kernel": path_kernels(path.mT, self.size)}


def correlate(numbers: Tensor, smoothness: float) -> Tensor:
    """``numbers @ L^T`` (B, N), ``L`` the lower root of the covariance, in as many operations as ``N`` has blocks."""
    within, before, after = _factors(smoothness)
    blocks = numbers.view(len(numbers), -1, _BLOCK).transpose(0, 1)
    past = (numbers @ before).view(len(numbers), -1, _STATE).transpose(0, 1)
    return torch.baddbmm(past @ after, blocks, within).transpose(0, 1).reshape(numbers.shape)


@cache
def _factors(smoothness: float) -> tuple[Tensor, Tensor, Tensor]:
    """What :func:`correlate` multiplies by: within a block, of all numbers to states, of a state to its block.

    A path with this covariance goes on from its position and velocity alone, so what a block takes from all numbers
    before it has rank two: further singular values of the root are rounding errors.
    """
    root = _root(smoothness)
    starts = range(0, _POINTS, _BLOCK)
    before = root.new_zeros(_POINTS, len(starts), _STATE)
    after = root.new_zeros(len(starts), _STATE, _BLOCK)
    for k, start in enumerate(starts):
        if start > 0:
            left, values, right = torch.linalg.svd(root[start : start + _BLOCK, :start], full_matrices=False)
            before[:start, k] = right[:_STATE].mT
            after[k] = (left[:, :_STATE] * values[:_STATE]).mT
    within = torch.stack([root[start : start + _BLOCK, start : start + _BLOCK].mT for start in starts])
    return within, before.flatten(1), after


@cache
def _root(smoothness: float) -> Tensor:
    """A square root of the covariance at equally spaced times."""
    time = torch.linspace(0, 1, _POINTS, dtype=torch.float64)
    gap = math.sqrt(3) * (time[:, None] - time[None, :]).abs() / smoothness
    covariance = (1 + gap) * (-gap).exp() + 1e-9 * torch.eye(_POINTS, dtype=torch.float64)
    return torch.linalg.cholesky(covariance)
