"""The data step of a photograph, strip by strip: what is missing in its window, and what goes on around it."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.blocks.stage import BlockResult, Surroundings
from preimage.blocks.steps.products import inner_product
from preimage.blocks.steps.spectra import rows_of_half
from preimage.files.stacks.stored import Box
from preimage.physics.blur import Limits, Window

__all__ = ["AddedStep", "AgainStep", "AroundStep", "ExcessStep", "MissingStep", "UnderStep"]


@dataclass(frozen=True)
class MissingStep:
    """``M (y - A x)``, with ``M`` the window; reads ``A x`` as its half spectrum along rows, and ``y`` on the canvas.

    Where samples may be clipped it also writes the same without those that agree with a prediction beyond their limit,
    and which these are.
    """

    window: Window
    limits: Limits

    def __call__(self, box: Box, inputs: Sequence[Surroundings]) -> BlockResult:
        """Compare a strip with what was measured."""
        half, measured = inputs
        y, inside = torch.from_numpy(measured.values), _inside(box, self.window)
        missing = torch.where(inside, y - rows_of_half(half, self.window.full_width), 0)
        if not self.limits.any:
            return BlockResult((missing.numpy(),))
        free = inside & self.limits.beyond(y, missing)
        return BlockResult((missing.numpy(), missing.masked_fill(free, 0).numpy(), free.numpy()))


@dataclass(frozen=True)
class AgainStep:
    """The decision which clipped samples agree, taken again; reads the change ``A (u - x)``, ``y``, and what was found.

    Its number is how many decisions are others than before.
    """

    window: Window
    limits: Limits

    def __call__(self, box: Box, inputs: Sequence[Surroundings]) -> BlockResult:
        """Decide on a strip again."""
        half, measured, found, before = inputs
        y, missing = torch.from_numpy(measured.values), torch.from_numpy(found.values)
        left = missing - rows_of_half(half, self.window.full_width)
        free = _inside(box, self.window) & self.limits.beyond(y, left)
        changed = float((free != torch.from_numpy(before.values)).sum())
        return BlockResult((missing.masked_fill(free, 0).numpy(), free.numpy()), (changed,))


@dataclass(frozen=True)
class AroundStep:
    """``N z`` with ``N`` what was not measured, or ``p - N z``; reads ``z`` as its half spectrum along rows.

    Its number is the square of the norm of ``N z``, or the product of ``p`` and ``p - N z``.

    Attributes:
        window: what was measured,
        is_holed: but for some of it that is read, too.
        is_step: whether ``p`` is read, which is zero where it was measured.
    """

    window: Window
    is_holed: bool
    is_step: bool

    def __call__(self, box: Box, inputs: Sequence[Surroundings]) -> BlockResult:
        """Keep what lies around the window."""
        half, *others = inputs
        unknown = ~_inside(box, self.window)
        if self.is_holed:
            unknown = unknown | torch.from_numpy(others[0].values)
        around = torch.where(unknown, rows_of_half(half, self.window.full_width), 0)
        if not self.is_step:
            return BlockResult((around.numpy(),), (inner_product(around, around),))
        p = torch.from_numpy(others[-1].values)
        image = p - around
        return BlockResult((image.numpy(),), (inner_product(p, image),))


@dataclass(frozen=True)
class AddedStep:
    """``x + z``; reads ``z`` as its half spectrum along rows, and ``x``."""

    width: int

    def __call__(self, box: Box, inputs: Sequence[Surroundings]) -> BlockResult:
        """Add the strips of both."""
        half, x = inputs
        return BlockResult(((torch.from_numpy(x.values) + rows_of_half(half, self.width)).numpy(),))


@dataclass(frozen=True)
class UnderStep:
    """``u`` under the clipped samples of ``y``, and ``x`` elsewhere; reads ``u``, ``x`` and ``y``."""

    window: Window
    limits: Limits

    def __call__(self, box: Box, inputs: Sequence[Surroundings]) -> BlockResult:
        """Change a strip under clipped samples alone."""
        u, x, y = (torch.from_numpy(each.values) for each in inputs)
        return BlockResult((torch.where(_inside(box, self.window) & self.limits.clipped(y), u, x).numpy(),))


@dataclass(frozen=True)
class ExcessStep:
    """How far ``A x`` is beyond the limits; reads it as its half spectrum along rows, and ``y``.

    Its numbers are, for the darkest and for the brightest samples, the sum of squares and how many they are.
    """

    window: Window
    limits: Limits

    def __call__(self, box: Box, inputs: Sequence[Surroundings]) -> BlockResult:
        """Look at the clipped samples of a strip."""
        half, measured = inputs
        y, z = torch.from_numpy(measured.values), rows_of_half(half, self.window.full_width)
        inside = _inside(box, self.window)
        dark = (self.limits.low - z[inside & (y <= self.limits.low)]).clamp_min(0)
        bright = (z[inside & (y >= self.limits.high)] - self.limits.high).clamp_min(0)
        return BlockResult(
            (), (inner_product(dark, dark), float(dark.numel()), inner_product(bright, bright), float(bright.numel()))
        )


def _inside(box: Box, window: Window) -> Tensor:
    """Which values of a box of the canvas lie in the window."""
    rows, columns = (torch.arange(part.start, part.stop) for part in box)
    within = (rows >= window.top) & (rows < window.top + window.height)
    return within[:, None] & (columns >= window.left) & (columns < window.left + window.width)
