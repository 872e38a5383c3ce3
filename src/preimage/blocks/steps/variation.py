"""Total-variation denoising, block by block: several of its steps in one pass."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.blocks.grid import Halo
from preimage.blocks.stage import BlockResult, Surroundings
from preimage.files.stacks.stored import Box
from preimage.kernels.variation.rof_tensors import TensorSteps

__all__ = ["VariationStep"]


@dataclass(frozen=True)
class VariationStep:
    """Over-relaxed primal-dual steps for ``min_u 1/2 ||u - x||^2 + TV(u)``, see :class:`RofSteps`.

    A value depends on its neighbours at the step before. So after ``n`` steps on a block and ``n`` values around it the
    block is that of the whole; at the border of the array the differences are those of the border.

    Reads ``x``, which is divided by ``weight``, and ``u`` and ``q`` (axes, ...), unless these are the first steps.
    Writes ``u`` and ``q`` or, where the last step measures, the ``v`` of that step as well; the numbers then are the
    objective and the duality gap of the block.

    Attributes:
        sizes: the primal step size of each step.
        weight: the weight of the total variation, > 0.
        measures: whether the gap is wanted after the last step.
        relaxation: see :class:`RofSteps`.
        isotropic: whether the differences of a value have one length.
    """

    sizes: tuple[float, ...]
    weight: float
    measures: bool
    relaxation: float
    isotropic: bool = True

    def halo(self, axes: int) -> Halo:
        """What the steps read around a block."""
        return Halo.even(len(self.sizes) + self.measures, axes)

    def __call__(self, box: Box, inputs: Sequence[Surroundings]) -> BlockResult:
        """Take the steps on a block and what surrounds it."""
        x, *state = inputs
        start = torch.from_numpy(x.values)[None, None] / self.weight
        work = TensorSteps(start, self.isotropic, self.relaxation)
        if state:
            work.u.copy_(torch.from_numpy(state[0].values))
            for part, values in zip(work.image, torch.from_numpy(state[1].values), strict=True):
                part.copy_(values)
        for size in self.sizes[: len(self.sizes) - self.measures]:
            work.step(size)
        if not self.measures:
            return BlockResult(self._state(work, x, box))
        v, _ = work.step_and_gap(self.sizes[-1])
        numbers = _gap_of_block(v[0, 0], [part[0, 0] for part in work.new], start[0, 0], x, box, self.isotropic)
        found = x.core(self.weight * v[0, 0], box).numpy()
        return BlockResult((*self._state(work, x, box), found), numbers)

    def _state(self, work: TensorSteps, x: Surroundings, box: Box) -> tuple:
        dual = torch.stack([part[0, 0] for part in work.image])
        return x.core(work.u[0, 0], box).numpy(), x.core(dual, box).numpy()

    def needs(self, block: Sequence[int]) -> float:
        """Bytes for a block in single precision: the arrays of the iteration, and what is read and written."""
        axes, halo = len(block), len(self.sizes) + self.measures
        seen = math.prod(size + 2 * halo for size in block)
        return 4 * seen * (8 + 4 * axes + (6 + axes if self.measures else 0))


def _gap_of_block(
    v: Tensor, p: Sequence[Tensor], x: Tensor, seen: Surroundings, box: Box, isotropic: bool
) -> tuple[float, float]:
    """``sum |grad v| + ||v - x||^2 / 2`` and ``sum (|grad v| - <grad v, p>) + ||v - x - div p||^2 / 2`` of a block."""
    offset = v - x
    distance = _total(seen.core(offset, box).double().square())
    lengths, excess = torch.zeros_like(v), torch.zeros_like(v)
    for axis, part in enumerate(p):
        slope = torch.diff(v, dim=axis, append=v.narrow(axis, v.shape[axis] - 1, 1))
        lengths += slope.square() if isotropic else slope.abs()
        excess -= slope * part
        offset = offset - part
        offset.narrow(axis, 1, v.shape[axis] - 1).add_(part.narrow(axis, 0, v.shape[axis] - 1))
    lengths = lengths.sqrt_() if isotropic else lengths
    excess += lengths
    variation, left = (_total(seen.core(each, box).double()) for each in (lengths, excess))
    return variation + distance / 2, left + _total(seen.core(offset, box).double().square()) / 2


def _total(values: Tensor) -> float:
    return float(values.sum())
