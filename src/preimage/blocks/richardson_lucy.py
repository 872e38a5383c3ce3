"""Deconvolution of counts larger than memory."""

from dataclasses import dataclass

import numpy as np
from torch import Tensor

from preimage.blocks.array import BlockArray
from preimage.blocks.grid import choose_block
from preimage.blocks.sources import BlockSource
from preimage.blocks.stage import BlockInput
from preimage.blocks.steps.convolving import BlockBlur
from preimage.blocks.steps.counts import ExpectationStep, RatioStep
from preimage.blocks.workspace import BlockOutput, Workspace
from preimage.files.stacks.stored import Box

__all__ = ["BlockRichardsonLucy", "EvenSource"]

# Measured: what is held in all is 10 to 15 of the transformed values, but where arrays are small (of up to 32 MB, as
# glibc has it) what is freed stays in pieces, which others do not fit into.
_FRAGMENTS = 50e6


@dataclass(frozen=True)
class EvenSource:
    """An array of one value."""

    shape: tuple[int, ...]
    value: float

    def read(self, box: Box) -> np.ndarray:
        """The values within ``box``."""
        return np.full([part.stop - part.start for part in box], self.value, np.float32)


@dataclass(frozen=True)
class BlockRichardsonLucy:
    """Extrapolated expectation maximisation for ``y = Poisson(A x + background)``, on an unknown larger than ``y``.

    The steps are those of ``VectorExtrapolation(MLEM())`` with ``Blur(kernel, "valid")`` on the whole; all blocks of a
    step are computed before the next one begins.

    Attributes:
        kernel: ``k``, without negative entries, of as many axes as the array.
        background: the mean of what is counted without light.
        steps: how many.

    Source: Richardson 1972; Lucy 1974; Biggs & Andrews, Applied Optics 36, 1997.
    """

    kernel: Tensor
    background: float
    steps: int

    @property
    def blur(self) -> BlockBlur:
        """``A``."""
        return BlockBlur(self.kernel)

    def block(self, shape: tuple[int, ...], room: float) -> tuple[int, ...]:
        """The blocks of a measurement of ``shape`` with which the steps fit into ``room`` bytes.

        Raises:
            ArgumentError: none does.
        """
        blur = self.blur

        def unknown(block: tuple[int, ...]) -> tuple[int, ...]:
            return blur.grids(shape, block)[1].block

        def needs(block: tuple[int, ...]) -> float:
            large = unknown(block)
            return min(blur.needs(large, 12), blur.needs(large, 0) + _FRAGMENTS)

        return choose_block(
            shape, blur.extra, needs, room,
            work=lambda block: blur.work(unknown(block)),
        )  # fmt: skip

    def expected(self, shape: tuple[int, ...], block: tuple[int, ...]) -> int:
        """How many blocks are computed in all."""
        return self.steps * sum(grid.count for grid in self.blur.grids(shape, block))

    def solve(self, work: Workspace, y: BlockSource, block: tuple[int, ...], start: float) -> BlockArray:
        """The unknown, in ``work``, from an even image of the value ``start``.

        Args:
            work: where.
            y: the counts.
            block: the sizes of a block.
            start: the mean of the counts without background.
        """
        shape = y.shape
        measured, unknown = self.blur.grids(shape, block)
        blur = self.blur.of_blocks(measured, unknown)
        x: BlockArray | EvenSource = EvenSource(unknown.shape, max(start, 0.0))
        before: BlockArray | EvenSource | None = None
        older: BlockArray | EvenSource | None = None
        share, last_share, size = 0.0, None, 0.0
        for step in range(self.steps):
            points = [x] if before is None or share == 0 else [x, before]
            seen = [BlockInput(y), *(BlockInput(point, blur.halo) for point in points)]
            ratio = work.map(
                f"ratio{step}", measured, RatioStep(blur, self.background, share), seen, [BlockOutput(f"r{step}")]
            ).arrays[0]
            known = [each for each in (x, before, older if last_share else None) if each is not None]
            moved = work.map(
                f"update{step}", unknown, ExpectationStep(blur, shape, share, last_share),
                [BlockInput(ratio, blur.adjoint_halo), *map(BlockInput, known)],
                [BlockOutput(f"x{step}")], ["sum", "sum"],
            )  # fmt: skip
            work.drop(*(each for each in (ratio, older) if isinstance(each, BlockArray)))
            older, before, x = before, x, moved.arrays[0]
            last_share, share = share, min(max(moved.numbers[0] / (size or 1.0), 0.0), 1.0)
            size = moved.numbers[1]
        work.drop(*(each for each in (older, before) if isinstance(each, BlockArray)))
        assert isinstance(x, BlockArray)
        return x
