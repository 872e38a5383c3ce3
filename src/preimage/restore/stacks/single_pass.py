"""A stack restored block by block in one pass of the method, where a pixel depends on those around it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from preimage.blocks import (
    BlockGrid,
    BlockInput,
    BlockOutput,
    BlockResult,
    FileSource,
    Halo,
    Surroundings,
    Workspace,
)
from preimage.files import Layout
from preimage.files.stacks.casting import cast_values
from preimage.files.stacks.stored import Box
from preimage.restore.frame.work import Session
from preimage.restore.stacks.blocking import BlockedResult
from preimage.restore.stacks.survey import Survey, channel_of, pictures_of

__all__ = ["PassInBlocks"]


@dataclass(frozen=True)
class RestoreStep:
    """A block of planes, restored as whole planes are.

    Attributes:
        session: the method, with its tiles and weights.
        survey: spans and noise of the stack.
        layout: its axes.
        device: where to compute.
        dtype: the type of the result.
    """

    session: Session
    survey: Survey
    layout: Layout
    device: torch.device
    dtype: np.dtype

    def __call__(self, box: Box, inputs: Sequence[Surroundings]) -> BlockResult:
        """Restore a block; the number tells how many values were clipped."""
        (seen,) = inputs
        outer = len(self.layout.stack_shape)
        out = np.empty([part.stop - part.start for part in box], self.dtype)
        clipped = 0
        for at in np.ndindex(*seen.values.shape[:outer]):
            index = tuple(part.start + step for part, step in zip(box, at, strict=False))
            channel = channel_of(self.layout, index)
            span, plane = self.survey.spans[channel], seen.values[at]
            before = span.pixels(plane)
            parts = [
                self.session.solve(part[None].to(self.device), self.survey.level(channel, part)).x[0].cpu()
                for part in pictures_of(before)
            ]
            changed = span.changed(plane, before, torch.cat(parts))
            inside = (
                slice(start, start + part.stop - part.start)
                for start, part in zip(seen.offset[outer:], box[outer:], strict=True)
            )
            out[at], count = cast_values(changed[tuple(inside)], self.dtype)
            clipped += count
        return BlockResult((out,), (float(clipped),))


@dataclass(frozen=True)
class PassInBlocks:
    """How a stack goes block by block.

    Attributes:
        file: the stack.
        grid: its blocks.
        halo: what a block needs to see.
        step: what is done with each.
    """

    file: FileSource
    grid: BlockGrid
    halo: Halo
    step: RestoreStep

    @property
    def session(self) -> Session:
        """The method at work on the planes."""
        return self.step.session

    @property
    def block(self) -> tuple[int, ...]:
        """The sizes of a block."""
        return self.grid.block

    @property
    def words(self) -> str:
        """What is done, in words for the record."""
        return f"one pass in {self.grid.count} blocks"

    def restored(self, work: Workspace) -> BlockedResult:
        """All blocks, in ``work``."""
        work.expect(self.grid.count)
        mapped = work.map(
            "restore", self.grid, self.step, [BlockInput(self.file, self.halo)],
            [BlockOutput("restored", self.step.dtype.name)], ["sum"],
        )  # fmt: skip
        array, layout = mapped.arrays[0], self.step.layout
        inside = tuple(slice(0, size) for size in layout.plane_shape)

        def plane(index: tuple[int, ...]) -> np.ndarray:
            return array.read((*(slice(at, at + 1) for at in index), *inside)).reshape(layout.plane_shape)

        return BlockedResult(plane, int(mapped.numbers[0]))
