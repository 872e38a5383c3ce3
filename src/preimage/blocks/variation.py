"""Total-variation denoising of arrays larger than memory, to a duality gap of the whole."""

import math
from dataclasses import dataclass

from preimage.blocks.array import BlockArray
from preimage.blocks.grid import BlockGrid
from preimage.blocks.stage import BlockInput
from preimage.blocks.steps.variation import VariationStep
from preimage.blocks.workspace import BlockOutput, Workspace
from preimage.denoisers.rof import CONVEXITY, FIRST_CHECK, RELAXATION, next_check

__all__ = ["BlockVariation"]


@dataclass(frozen=True)
class BlockVariation:
    """``argmin_u 1/2 ||u - x||^2 + weight * TV(u)``, with the steps of :func:`preimage.denoisers.rof.rof` on the whole.

    Several steps are taken in one pass over the blocks; the duality gap is that of the whole array, looked at after the
    same steps.

    Attributes:
        weight: the weight of the total variation, > 0.
        tol: relative duality gap.
        max_steps: the most steps.
        isotropic: whether differences along all axes have one length.
        at_once: the most steps of one pass.

    Source: see :func:`preimage.denoisers.rof.rof`.
    """

    weight: float
    tol: float = 1e-4
    max_steps: int = 2000
    isotropic: bool = True
    at_once: int = 8

    def solve(self, work: Workspace, x: BlockArray, name: str) -> BlockArray:
        """The minimiser, in ``work``.

        Args:
            work: where.
            x: what is denoised.
            name: the beginning of the names of the passes.
        """
        grid, t, step, check = x.grid, 1.0, 0, FIRST_CHECK
        state: tuple[BlockArray, ...] = ()
        while True:
            sizes = []
            while len(sizes) < self.at_once and step < min(check, self.max_steps):
                sizes.append(t)
                t /= math.sqrt(1 + 2 * CONVEXITY * t)
                step += 1
            measures = step == min(check, self.max_steps)
            state, found, gap = self._advance(work, grid, x, state, tuple(sizes), measures, f"{name}s{step}")
            if found is None:
                continue
            if gap <= self.tol or step == self.max_steps:
                work.drop(*state)
                return found
            work.drop(found)
            check = next_check(step, gap, self.tol)

    def _advance(
        self, work: Workspace, grid: BlockGrid, x: BlockArray, state: tuple[BlockArray, ...],
        sizes: tuple[float, ...], measures: bool, name: str,
    ) -> tuple[tuple[BlockArray, ...], BlockArray | None, float]:  # fmt: skip
        """The next ``u`` and ``q`` and, where the gap is looked at, the minimiser so far and the relative gap."""
        taken = VariationStep(sizes, self.weight, measures, RELAXATION, self.isotropic)
        axes = len(grid.shape)
        outputs = [BlockOutput(f"{name}u"), BlockOutput(f"{name}q", lead=(axes,))]
        outputs += [BlockOutput(f"{name}v")] if measures else []
        inputs = [BlockInput(each, taken.halo(axes)) for each in (x, *state)]
        moved = work.map(name, grid, taken, inputs, outputs, ["sum", "sum"] if measures else [])
        work.drop(*state)
        if not measures:
            return moved.arrays, None, math.inf
        objective, gap = moved.numbers
        return moved.arrays[:2], moved.arrays[2], gap / objective if gap > 0 else gap
