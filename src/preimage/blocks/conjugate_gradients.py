"""Regularised least squares on arrays larger than memory."""

from preimage.blocks.array import BlockArray
from preimage.blocks.grid import BlockGrid
from preimage.blocks.sources import BlockSource
from preimage.blocks.stage import BlockInput
from preimage.blocks.steps.convolving import BlockBlur
from preimage.blocks.steps.least_squares import AdvanceStep, CorrelateStep, CurvatureStep, ForwardStep, PullStep
from preimage.blocks.workspace import BlockOutput, Workspace

__all__ = ["regularised_solution"]

_MOST = 1000


def regularised_solution(
    work: Workspace,
    blur: BlockBlur,
    y: BlockSource,
    x: BlockSource,
    grid: BlockGrid,
    rho: float,
    tol: float,
    name: str,
) -> BlockArray:
    """``x + (A^H A + rho)^-1 A^H (y - A x)`` by conjugate gradients; products are of the whole, in double precision.

    Args:
        work: where.
        blur: ``A``.
        y: the measurement.
        x: where the correction begins.
        grid: the blocks of the unknown.
        rho: > 0.
        tol: the norm of the residual over that of the right-hand side at which the iteration ends.
        name: the beginning of the names of the passes.

    Source: Hestenes & Stiefel 1952.
    """
    measured = BlockGrid(y.shape, grid.block)
    residual, size = _right_hand_side(work, blur, (y, x), (measured, grid), name)
    power, share = size, None
    direction: BlockArray | None = None
    u: BlockArray | None = None
    for step in range(_MOST):
        if power <= tol**2 * size:
            break
        each = f"{name}c{step}"
        before = [] if direction is None else [direction]
        image = work.map(
            f"{each}a", measured, ForwardStep(blur, False, share),
            [BlockInput(part, blur.halo) for part in (residual, *before)], [BlockOutput(f"{each}a")],
        ).arrays[0]  # fmt: skip
        bent = work.map(
            f"{each}p", grid, CurvatureStep(blur, rho, share),
            [BlockInput(image, blur.adjoint_halo), *map(BlockInput, (residual, *before))],
            [BlockOutput(f"{each}p"), BlockOutput(f"{each}m")], ["sum"],
        )  # fmt: skip
        (next_direction, product), curvature = bent.arrays, bent.numbers[0]
        moved = work.map(
            f"{each}u", grid, AdvanceStep(power / curvature),
            [BlockInput(part) for part in (next_direction, product, residual, *([] if u is None else [u]))],
            [BlockOutput(f"{each}u"), BlockOutput(f"{each}r")], ["sum"],
        )  # fmt: skip
        work.drop(image, product, residual, *before, *([] if u is None else [u]))
        (u, residual), direction = moved.arrays, next_direction
        share, power = moved.numbers[0] / power, moved.numbers[0]
    result = residual if u is None else u
    added = work.map(
        f"{name}x", grid, PullStep(1.0, 0.0 if u is None else 1.0, 1.0), [BlockInput(x), BlockInput(result)],
        [BlockOutput(f"{name}x")],
    ).arrays[0]  # fmt: skip
    work.drop(residual, *(part for part in (u, direction) if part is not None))
    return added


def _right_hand_side(
    work: Workspace, blur: BlockBlur, arrays: tuple[BlockSource, BlockSource], grids: tuple[BlockGrid, BlockGrid],
    name: str,
) -> tuple[BlockArray, float]:  # fmt: skip
    """``A^H (y - A x)`` and the square of its norm."""
    (y, x), (measured, unknown) = arrays, grids
    start = work.map(
        f"{name}y", measured, ForwardStep(blur, True), [BlockInput(y), BlockInput(x, blur.halo)],
        [BlockOutput(f"{name}y")],
    ).arrays[0]  # fmt: skip
    found = work.map(
        f"{name}b", unknown, CorrelateStep(blur, -1.0), [BlockInput(start, blur.adjoint_halo)],
        [BlockOutput(f"{name}r")], ["sum"],
    )  # fmt: skip
    work.drop(start)
    return found.arrays[0], found.numbers[0]
