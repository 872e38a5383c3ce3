"""Denoising of arrays larger than memory."""

from dataclasses import dataclass

from preimage.blocks.array import BlockArray
from preimage.blocks.grid import BlockGrid, choose_block
from preimage.blocks.sources import BlockSource
from preimage.blocks.stage import BlockInput
from preimage.blocks.steps.denoising import DenoiseStep, halo_of
from preimage.blocks.workspace import BlockOutput, Workspace
from preimage.denoisers import Denoiser

__all__ = ["BlockDenoising"]


@dataclass(frozen=True)
class BlockDenoising:
    """``D(x, sigma)`` of an array (Y, X) or (Z, Y, X), block by block: the denoiser's result on the whole.

    Attributes:
        denoiser: a denoiser of one channel with a finite receptive field.
        sigma: the noise level.
        axes: 2 where the denoiser is for images, and a volume is denoised plane by plane; 3 where it is for volumes.

    Raises:
        CapabilityError: the receptive field of the denoiser is not known to be finite.
    """

    denoiser: Denoiser
    sigma: float
    axes: int = 2

    def __post_init__(self) -> None:
        """Require a finite receptive field."""
        halo_of(self.denoiser)

    def grid(self, shape: tuple[int, ...], room: float) -> BlockGrid:
        """Blocks that fit into ``room`` bytes.

        Raises:
            ArgumentError: none does.
        """
        step, stride = DenoiseStep(self.denoiser, self.sigma, self.axes), self.denoiser.traits.stride
        before = (1,) * (len(shape) - self.axes)
        margins = (0,) * len(before) + (2 * halo_of(self.denoiser),) * self.axes
        block = choose_block(shape, margins, step.needs, room, (*before, *(stride,) * self.axes))
        return BlockGrid(shape, block)

    def solve(self, work: Workspace, source: BlockSource, grid: BlockGrid) -> BlockArray:
        """The denoised array, in ``work``."""
        step = DenoiseStep(self.denoiser, self.sigma, self.axes)
        work.expect(grid.count)
        found = work.map(
            "denoise", grid, step, [BlockInput(source, step.halo(len(grid.shape)))], [BlockOutput("denoised")]
        )
        return found.arrays[0]
