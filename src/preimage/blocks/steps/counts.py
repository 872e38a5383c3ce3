"""The method of Richardson and Lucy, block by block: one step in two passes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from preimage.blocks.stage import BlockResult, Surroundings
from preimage.blocks.steps.convolving import BlockBlur
from preimage.blocks.steps.products import inner_product
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
    """``x <- z / (A^H 1) * A^H r`` on a block of the unknown, with ``z`` as in :class:`RatioStep`.

    Reads the ratio ``r`` and ``x``; ``before`` where ``share`` is not zero or there is a last correction; and what
    was before that, where ``last_share`` is not zero. Its numbers are the products of the correction ``x - z`` with the
    last one, which is computed again rather than kept, and with itself.

    Attributes:
        blur: ``A``.
        shape: the values of the measurement along each axis.
        share: how far the last change goes on.
        last_share: that of the step before; ``None``: there was none.
    """

    blur: BlockBlur
    shape: tuple[int, ...]
    share: float
    last_share: float | None

    def __call__(self, box: Box, inputs: Sequence[Surroundings]) -> BlockResult:
        """The next estimate, and what its correction has in common with the last."""
        ratio, *points = inputs
        z = extrapolated(points if self.share else points[:1], self.share)
        seen = self.blur.reach(box, self.shape, _LEAST_SEEN * self.blur.reach_most(self.shape))
        x = scale_by_counts(*(each[None, None] for each in (z, self.blur.back(ratio), seen)))[0, 0]
        correction, along = torch.sub(x, z, out=z), 0.0
        if self.last_share is not None:
            last = extrapolated(points[1:], self.last_share)
            along = inner_product(correction, torch.sub(torch.from_numpy(points[0].values), last, out=last))
        return BlockResult((x.numpy(),), (along, inner_product(correction, correction)))


def extrapolated(points: Sequence[Surroundings], share: float) -> Tensor:
    """``max(0, x + share (x - before))``, of the first two points; ``max(0, x)`` of one alone."""
    x = torch.from_numpy(points[0].values)
    if len(points) > 1:
        z = x - torch.from_numpy(points[1].values)
        return torch.add(x, z, alpha=share, out=z).clamp_min_(0)
    return x.clamp_min(0)
