"""The method of Richardson and Lucy, block by block: one step in two passes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from preimage.blocks.stage import BlockResult, Surroundings
from preimage.blocks.steps.convolving import BlockBlur
from preimage.files.stacks.stored import Box
from preimage.kernels.pointwise.counts import ratio_of_counts, scale_by_counts

__all__ = ["ExpectationStep", "RatioStep"]

_LEAST_SEEN = 1e-3  # of the most; what is seen less stays as it is, lest rounding be amplified


@dataclass(frozen=True)
class RatioStep:
    """``y / (A z + b)`` on a block of the measurement, with ``z = max(0, x + share (x - before))``.

    Reads ``y``, ``x`` and, where ``share`` is not zero, ``before``.
    """

    blur: BlockBlur
    background: float
    share: float

    def __call__(self, box: Box, inputs: Sequence[Surroundings]) -> BlockResult:
        """Compute the ratio of measured to expected counts."""
        y, *points = inputs
        counts = torch.from_numpy(y.values.astype(np.float32, copy=False))
        mean = self.blur.blurred(extrapolated(points, self.share))
        background = mean.new_full((1,) * (mean.ndim + 2), self.background)
        return BlockResult((ratio_of_counts(mean[None, None], counts[None, None], background)[0, 0].numpy(),))


@dataclass(frozen=True)
class ExpectationStep:
    """``x <- z / (A^H 1) * A^H r`` on a block of the unknown, and the correction ``x - z``.

    Reads the ratio ``r``, ``x``, ``before`` where ``share`` is not zero, and the last correction where there is one.
    Its numbers are the products of the correction with the last one and with itself.

    Attributes:
        blur: ``A``.
        shape: the values of the measurement along each axis.
        share: how far the last change goes on.
        corrects: whether there is a last correction.
    """

    blur: BlockBlur
    shape: tuple[int, ...]
    share: float
    corrects: bool

    def __call__(self, box: Box, inputs: Sequence[Surroundings]) -> BlockResult:
        """The next estimate and its correction."""
        ratio, *points = inputs
        last = points.pop() if self.corrects else None
        z = extrapolated(points, self.share)
        seen = self.blur.reach(box, self.shape)
        seen = torch.where(seen > _LEAST_SEEN * self.blur.reach_most(self.shape), seen, 0)
        x = scale_by_counts(*(each[None, None] for each in (z, self.blur.back(ratio), seen)))[0, 0]
        correction = x - z
        along = 0.0 if last is None else _product(correction, torch.from_numpy(last.values))
        return BlockResult((x.numpy(), correction.numpy()), (along, _product(correction, correction)))


def extrapolated(points: Sequence[Surroundings], share: float) -> Tensor:
    """``max(0, x + share (x - before))``."""
    x = torch.from_numpy(points[0].values)
    if len(points) > 1:
        x = x + share * (x - torch.from_numpy(points[1].values))
    return x.clamp_min(0)


def _product(a: Tensor, b: Tensor) -> float:
    """Added up in double precision, plane by plane."""
    return sum(
        float(torch.dot(one.flatten().double(), other.flatten().double())) for one, other in zip(a, b, strict=True)
    )
