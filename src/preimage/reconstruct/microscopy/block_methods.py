"""The methods of deconvolution that go in blocks."""

from dataclasses import dataclass
from typing import ClassVar, Protocol

from torch import Tensor

from preimage.blocks import BlockArray, BlockInput, BlockOutput, BlockPGD, BlockRichardsonLucy, Workspace
from preimage.blocks.steps.least_squares import LessStep
from preimage.reconstruct.methods.proximal_variation import GAP, ProximalVariation, given_weight
from preimage.reconstruct.microscopy.settings import DeconvolutionSettings

__all__ = ["BlockCounts", "BlockMethod", "BlockSquares", "block_method"]


class BlockMethod(Protocol):
    """What finds the unknown of one stack."""

    name: ClassVar[str]
    usual_steps: ClassVar[int | None]
    """The steps where none are given; ``None``: the data choose."""
    asks_level: ClassVar[bool]
    """Whether it must know the noise level."""

    def block(self, kernel: Tensor, shape: tuple[int, ...], room: float) -> tuple[int, ...]:
        """The blocks of a stack of ``shape`` with which the steps fit into ``room`` bytes."""
        ...

    def expected(self, kernel: Tensor, steps: int, shape: tuple[int, ...], block: tuple[int, ...]) -> int:
        """How many blocks are computed in all, about."""
        ...

    def solve(
        self, work: Workspace, y: BlockArray, kernel: Tensor, steps: int, about: tuple[float, float, float]
    ) -> BlockArray:
        """The unknown, in ``work``, of which ``about`` tells background, mean of all values, and noise level."""
        ...


@dataclass(frozen=True)
class BlockCounts:
    """The method of Richardson and Lucy on the blocks of counts."""

    name: ClassVar[str] = "rl"
    usual_steps: ClassVar[int | None] = None
    asks_level: ClassVar[bool] = False

    def block(self, kernel: Tensor, shape: tuple[int, ...], room: float) -> tuple[int, ...]:
        """See :class:`BlockMethod`."""
        return BlockRichardsonLucy(kernel, 0.0, 1).block(shape, room)

    def expected(self, kernel: Tensor, steps: int, shape: tuple[int, ...], block: tuple[int, ...]) -> int:
        """See :class:`BlockMethod`."""
        return BlockRichardsonLucy(kernel, 0.0, steps).expected(shape, block)

    def solve(
        self, work: Workspace, y: BlockArray, kernel: Tensor, steps: int, about: tuple[float, float, float]
    ) -> BlockArray:
        """See :class:`BlockMethod`."""
        background, mean, _ = about
        return BlockRichardsonLucy(kernel, background, steps).solve(work, y, y.grid.block, mean - background)


@dataclass(frozen=True)
class BlockSquares:
    """Least squares with the least total variation.

    Attributes:
        weight: that of the variation.
    """

    weight: float

    name: ClassVar[str] = "tv"
    usual_steps: ClassVar[int | None] = ProximalVariation.usual_steps
    asks_level: ClassVar[bool] = True

    def block(self, kernel: Tensor, shape: tuple[int, ...], room: float) -> tuple[int, ...]:
        """See :class:`BlockMethod`."""
        return BlockPGD(kernel, 1.0, self.weight).block(shape, room)

    def expected(self, kernel: Tensor, steps: int, shape: tuple[int, ...], block: tuple[int, ...]) -> int:
        """See :class:`BlockMethod`."""
        return BlockPGD(kernel, 1.0, self.weight, steps=steps).expected(shape, block)

    def solve(
        self, work: Workspace, y: BlockArray, kernel: Tensor, steps: int, about: tuple[float, float, float]
    ) -> BlockArray:
        """See :class:`BlockMethod`."""
        background, _, level = about
        method = BlockPGD(kernel, level, self.weight, "tv", steps, tol=GAP)
        if not background:
            return method.solve(work, y, y.grid.block)
        less = work.map("less", y.grid, LessStep(background), [BlockInput(y)], [BlockOutput("less")]).arrays[0]
        found = method.solve(work, less, y.grid.block)
        work.drop(less)
        return found


def block_method(settings: DeconvolutionSettings) -> BlockMethod:
    """The method that ``settings`` name.

    Raises:
        ArgumentError: the weight of the variation is missing.
    """
    return BlockSquares(given_weight(settings.weight)) if settings.method == "tv" else BlockCounts()
