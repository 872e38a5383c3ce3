"""A part of a larger computation on blocks, whose passes are called as those of other parts are."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from typing_extensions import override

from preimage.blocks.grid import BlockGrid
from preimage.blocks.stage import BlockInput, BlockStep
from preimage.blocks.workspace import BlockOutput, Mapped, Reduction, Workspace

__all__ = ["WorkPart"]


class WorkPart(Workspace):
    """A workspace within another one: the same folder, journal and progress, under names of its own.

    Args:
        whole: the other one.
        name: that of the part; no other has it.
    """

    def __init__(self, whole: Workspace, name: str) -> None:
        super().__init__(whole.folder, whole.executor, whole.threads, whole.finished, whole.words, whole.progress)
        self.whole = whole
        self.name = name

    @override
    def expect(self, blocks: int) -> None:
        self.whole.expect(blocks)

    @override
    def map(
        self,
        name: str,
        grid: BlockGrid,
        step: BlockStep,
        inputs: Sequence[BlockInput] = (),
        outputs: Sequence[BlockOutput] = (),
        reductions: Sequence[Reduction] = (),
    ) -> Mapped:
        named = [replace(each, name=f"{self.name}-{each.name}") for each in outputs]
        return self.whole.map(f"{self.name}-{name}", grid, step, inputs, named, reductions)

    @override
    def recall(self, name: str, compute: Callable[[], Sequence[float]]) -> tuple[float, ...]:
        return self.whole.recall(f"{self.name}-{name}", compute)
