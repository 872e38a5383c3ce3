"""Proximal gradient descent and DPIR on arrays larger than memory."""

import math
from dataclasses import dataclass, field

from torch import Tensor

from preimage.blocks.array import BlockArray
from preimage.blocks.conjugate_gradients import regularised_solution
from preimage.blocks.grid import BlockGrid, choose_block
from preimage.blocks.sources import BlockSource
from preimage.blocks.stage import BlockInput
from preimage.blocks.steps.convolving import BlockBlur
from preimage.blocks.steps.denoising import DenoiseStep
from preimage.blocks.steps.least_squares import CorrelateStep, DescentStep, ForwardStep, PullStep, ShrinkStep
from preimage.blocks.steps.variation import VariationStep
from preimage.blocks.variation import BlockVariation
from preimage.blocks.workspace import BlockOutput, Workspace
from preimage.denoisers import Denoiser
from preimage.optim import Annealing

__all__ = ["BlockDPIR", "BlockPGD"]

_PASSES = 4  # of a prox of the total variation, as are foreseen
_LEAST_NOISE = 0.255 / 255  # as DPIR has it


@dataclass(frozen=True)
class BlockPGD:
    """``min_x ||k * x - y||^2 / (2 sigma^2) + weight * g(x)`` by ``x <- prox_{t g}(x - t grad f(x))``.

    The steps are those of ``PGD`` with ``Blur(kernel, "valid")`` on the whole, from ``A^H y / ||k||_1^2``.

    Attributes:
        kernel: ``k``.
        sigma: the standard deviation of the noise, > 0.
        weight: the weight of the prior, > 0.
        prior: ``tv``, the total variation, whose prox is solved to a duality gap of the whole; or ``l1``.
        steps: how many.
        step_size: ``t``; ``sigma^2 / ||k||_1^2`` by default, which is at most one over the Lipschitz constant.
        tol: the relative duality gap of the prox of ``tv``.
    """

    kernel: Tensor
    sigma: float
    weight: float
    prior: str = "tv"
    steps: int = 50
    step_size: float | None = None
    tol: float = 1e-4

    def block(self, shape: tuple[int, ...], room: float) -> tuple[int, ...]:
        """The blocks of a measurement of ``shape`` with which the steps fit into ``room`` bytes.

        Raises:
            ArgumentError: none does.
        """
        blur = BlockBlur(self.kernel)
        most = VariationStep((1.0,) * BlockVariation.at_once, 1.0, True, 1.0)
        halo = max(most.halo(1).before) if self.prior == "tv" else 0

        def needs(block: tuple[int, ...]) -> float:
            larger = blur.grids(shape, block)[1].block
            return max(blur.needs(larger, 6), most.needs(larger) if self.prior == "tv" else 0.0)

        margins = [max(extra, 2 * halo) for extra in blur.extra]
        return choose_block(shape, margins, needs, room)

    def expected(self, shape: tuple[int, ...], block: tuple[int, ...]) -> int:
        """How many blocks are computed, about: the prox of a total variation ends when it is near."""
        measured, unknown = (grid.count for grid in BlockBlur(self.kernel).grids(shape, block))
        return unknown + self.steps * (measured + (1 + (_PASSES if self.prior == "tv" else 1)) * unknown)

    def solve(self, work: Workspace, y: BlockSource, block: tuple[int, ...]) -> BlockArray:
        """The minimiser, in ``work``."""
        measured, unknown = BlockBlur(self.kernel).grids(y.shape, block)
        blur = BlockBlur(self.kernel).of_blocks(measured, unknown)
        gain = float(self.kernel.abs().sum()) ** 2
        t = self.sigma**2 / gain if self.step_size is None else self.step_size
        x = _back(work, blur, y, unknown, 1 / gain)
        for step in range(self.steps):
            residual = work.map(
                f"r{step}", measured, ForwardStep(blur, True), [BlockInput(y), BlockInput(x, blur.halo)],
                [BlockOutput(f"residual{step}")],
            ).arrays[0]  # fmt: skip
            moved = work.map(
                f"d{step}", unknown, DescentStep(blur, t / self.sigma**2),
                [BlockInput(residual, blur.adjoint_halo), BlockInput(x)], [BlockOutput(f"moved{step}")],
            ).arrays[0]  # fmt: skip
            work.drop(residual, x)
            x = self._prox(work, moved, t * self.weight, step)
            work.drop(moved)
        return x

    def _prox(self, work: Workspace, x: BlockArray, weight: float, step: int) -> BlockArray:
        if self.prior == "tv":
            return BlockVariation(weight, self.tol).solve(work, x, f"p{step}")
        return work.map(f"p{step}", x.grid, ShrinkStep(weight), [BlockInput(x)], [BlockOutput(f"shrunk{step}")]).arrays[
            0
        ]


@dataclass(frozen=True)
class BlockDPIR:
    """DPIR on arrays larger than memory: data steps and denoising in turn, each on the whole before the next.

    The steps are those of :class:`preimage.optim.DPIR` with ``annealing.gain`` one. Without a kernel the data step is a
    weighted mean; with one it is solved by conjugate gradients, whose products are those of the whole.

    Attributes:
        denoiser: a denoiser of one channel with a finite receptive field: for images, plane by plane, or for volumes.
        sigma: the standard deviation of the noise.
        kernel: that of ``Blur(kernel, "valid")``; ``None``: noise alone.
        annealing: the noise levels.
        axes: 2 or 3: those that the denoiser mixes.
        tol: relative residual of the conjugate gradients.
    """

    denoiser: Denoiser
    sigma: float
    kernel: Tensor | None = None
    annealing: Annealing = field(default_factory=lambda: Annealing(gain=1.0))
    axes: int = 2
    tol: float = 1e-6

    def solve(self, work: Workspace, y: BlockSource, block: tuple[int, ...]) -> BlockArray:
        """The restored array, in ``work``; blocks must be multiples of the denoiser's stride."""
        sigma = max(self.sigma, _LEAST_NOISE)
        levels = self.annealing.levels(sigma)
        blur = None if self.kernel is None else BlockBlur(self.kernel)
        shape = y.shape if blur is None else blur.unknown_shape(y.shape)
        grid = BlockGrid(shape, block)
        blur = None if blur is None else blur.of_blocks(grid)
        x: BlockSource = y
        if blur is not None:
            x = _back(work, blur, y, grid, float(blur.kernel.abs().sum()) ** -2)
        found: BlockArray | None = None
        for step in range(self.annealing.steps):
            level = float(levels.at(step))
            rho = sigma**2 * self.annealing.weight / level**2
            if blur is None:
                moved = work.map(
                    f"v{step}", grid, PullStep(rho, 1.0, 1.0 + rho), [BlockInput(x), BlockInput(y)],
                    [BlockOutput(f"pulled{step}")],
                ).arrays[0]  # fmt: skip
            else:
                moved = regularised_solution(work, blur, y, x, grid, rho, self.tol, f"v{step}")
            if found is not None:
                work.drop(found)
            denoise = DenoiseStep(self.denoiser, math.sqrt(level**2), self.axes)
            found = work.map(
                f"x{step}", grid, denoise, [BlockInput(moved, denoise.halo(len(shape)))],
                [BlockOutput(f"denoised{step}")],
            ).arrays[0]  # fmt: skip
            work.drop(moved)
            x = found
        assert found is not None
        return found


def _back(work: Workspace, blur: BlockBlur, y: BlockSource, grid: BlockGrid, scale: float) -> BlockArray:
    """``scale * A^H y``."""
    step = CorrelateStep(blur, scale)
    return work.map("start", grid, step, [BlockInput(y, blur.adjoint_halo)], [BlockOutput("start")], ["sum"]).arrays[0]
