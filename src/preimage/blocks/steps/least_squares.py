"""Steps of least squares, block by block: residuals, gradients, and conjugate gradients."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from preimage.blocks.stage import BlockResult, Surroundings
from preimage.blocks.steps.convolving import BlockBlur
from preimage.blocks.steps.products import inner_product
from preimage.files.stacks.stored import Box

__all__ = [
    "AdvanceStep",
    "CorrelateStep",
    "CurvatureStep",
    "DescentStep",
    "ForwardStep",
    "LessStep",
    "PullStep",
    "ShrinkStep",
]


@dataclass(frozen=True)
class ForwardStep:
    """``A (x + share * direction)`` on a block of the measurement, less ``y`` where ``subtracts``.

    Reads ``y`` where it is subtracted, ``x``, and ``direction`` where ``share`` is given.
    """

    blur: BlockBlur
    subtracts: bool
    share: float | None = None

    def __call__(self, box: Box, inputs: Sequence[Surroundings]) -> BlockResult:
        """The residual, or the image of the operator."""
        y, *points = inputs if self.subtracts else (None, *inputs)
        x = torch.from_numpy(points[0].values)
        if self.share is not None:
            x = x + self.share * torch.from_numpy(points[1].values)
        z = self.blur.blurred(x)
        return BlockResult(((z if y is None else z - torch.from_numpy(y.values)).numpy(),))


@dataclass(frozen=True)
class CorrelateStep:
    """``scale * A^H z`` on a block of the unknown, and the square of its norm."""

    blur: BlockBlur
    scale: float = 1.0

    def __call__(self, box: Box, inputs: Sequence[Surroundings]) -> BlockResult:
        """Correlate the block with the kernel."""
        found = self.scale * self.blur.back(inputs[0])
        return BlockResult((found.numpy(),), (inner_product(found, found),))


@dataclass(frozen=True)
class DescentStep:
    """``x - step * A^H r`` on a block of the unknown; reads ``r`` and ``x``."""

    blur: BlockBlur
    step: float

    def __call__(self, box: Box, inputs: Sequence[Surroundings]) -> BlockResult:
        """A step down the gradient."""
        residual, x = inputs
        return BlockResult(((torch.from_numpy(x.values) - self.step * self.blur.back(residual)).numpy(),))


@dataclass(frozen=True)
class CurvatureStep:
    """The direction ``p = r + share * before`` and its image ``A^H (A p) + rho p``; reads ``A p``, ``r``, ``before``.

    Its number is the product of the two. ``before`` is read where ``share`` is given.
    """

    blur: BlockBlur
    rho: float
    share: float | None = None

    def __call__(self, box: Box, inputs: Sequence[Surroundings]) -> BlockResult:
        """The direction, and its image."""
        image, residual, *before = inputs
        p = torch.from_numpy(residual.values)
        if self.share is not None:
            p = p + self.share * torch.from_numpy(before[0].values)
        found = self.blur.back(image) + self.rho * p
        return BlockResult((p.numpy(), found.numpy()), (inner_product(p, found),))


@dataclass(frozen=True)
class AdvanceStep:
    """``u + length * p`` and ``r - length * image``; reads ``p``, ``image``, ``r`` and, unless it is zero, ``u``.

    Its number is the square of the norm of the new residual.
    """

    length: float

    def __call__(self, box: Box, inputs: Sequence[Surroundings]) -> BlockResult:
        """The next solution and its residual."""
        p, image, residual, *u = (torch.from_numpy(each.values) for each in inputs)
        left = residual - self.length * image
        moved = self.length * p if not u else u[0] + self.length * p
        return BlockResult((moved.numpy(), left.numpy()), (inner_product(left, left),))


@dataclass(frozen=True)
class PullStep:
    """``(a x + b y) / (a + b)``: the prox of ``||x - y||^2``; reads ``x`` and ``y``, and adds them where both are one.

    Attributes:
        a: the weight of ``x``.
        b: the weight of ``y``.
        total: what is divided by.
    """

    a: float
    b: float
    total: float

    def __call__(self, box: Box, inputs: Sequence[Surroundings]) -> BlockResult:
        """Add the two blocks with their weights."""
        x, y = (torch.from_numpy(each.values) for each in inputs)
        return BlockResult(((x * (self.a / self.total) + y * (self.b / self.total)).numpy(),))


@dataclass(frozen=True)
class LessStep:
    """``x - offset`` on a block."""

    offset: float

    def __call__(self, box: Box, inputs: Sequence[Surroundings]) -> BlockResult:
        """Subtract from the values of a block."""
        return BlockResult(((torch.from_numpy(inputs[0].values) - self.offset).numpy(),))


@dataclass(frozen=True)
class ShrinkStep:
    """Values nearer to zero by ``short``, or zero: the prox of ``short * ||x||_1``."""

    short: float

    def __call__(self, box: Box, inputs: Sequence[Surroundings]) -> BlockResult:
        """Shrink the values of a block."""
        x = torch.from_numpy(inputs[0].values)
        return BlockResult(((x.sign() * (x.abs() - self.short).clamp_min(0)).numpy(),))
