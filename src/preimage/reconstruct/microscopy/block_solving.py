"""The stacks of a file deconvolved in blocks, one after the other."""

import math
from dataclasses import dataclass

import torch

from preimage.blocks import BlockArray, BlockGrid, FileSource, Workspace
from preimage.blocks.part import WorkPart
from preimage.blocks.sources import SliceSource
from preimage.blocks.survey import ArrayFacts, bright_box, copy_array
from preimage.errors import ArgumentError, ImageFileError
from preimage.files import StoredArray
from preimage.machine.memory import format_bytes
from preimage.physics import Blur, PoissonNoise
from preimage.reconstruct.methods.richardson_lucy import TRIAL, RichardsonLucy
from preimage.reconstruct.microscopy.acquire import COPIES, SIDE, StackPiece, check_background, level_of_plane
from preimage.reconstruct.microscopy.block_methods import BlockMethod
from preimage.reconstruct.microscopy.settings import DeconvolutionSettings
from preimage.reconstruct.microscopy.split import StackSplit

__all__ = ["BlockProblem", "BlockSolution", "solve_stacks"]

_LOOK = 60  # bytes for each value of a plane whose noise is estimated: an upper bound


@dataclass(frozen=True)
class BlockProblem:
    """What is to be deconvolved.

    Attributes:
        array: the stacks.
        split: how the array is made of them.
        kernel: the point spread function.
        grid: the blocks of a stack.
        room: the bytes that a block may take.
        method: what solves it.
        settings: those of the deconvolution.
    """

    array: StoredArray
    split: StackSplit
    kernel: torch.Tensor
    grid: BlockGrid
    room: int
    method: BlockMethod
    settings: DeconvolutionSettings

    def source(self, at: int) -> FileSource | SliceSource:
        """The stack at a place."""
        file = FileSource(self.array.path, self.array.shape, self.settings.key, self.settings.axes)
        places = self.split.places(at)
        return file if all(place is None for place in places) else SliceSource(file, places)


@dataclass(frozen=True)
class BlockSolution:
    """What was found.

    Attributes:
        unknowns: what was found of each stack, larger than it by what reaches into it.
        backgrounds: what is counted without light in each stack.
        steps: how many were taken.
        level: the noise level, where the method asks for it.
        notes: what the user should know.
    """

    unknowns: tuple[BlockArray, ...]
    backgrounds: tuple[float, ...]
    steps: int
    level: float | None
    notes: tuple[str, ...]


def solve_stacks(work: Workspace, problem: BlockProblem) -> BlockSolution:
    """Look at all stacks, choose how many steps by the one in the middle, and solve one after the other.

    Raises:
        ImageFileError: a value is NaN, infinite, or below zero.
        ArgumentError: the background does not fit, or memory is too little for the trial that finds the steps.
    """
    split, grid, settings = problem.split, problem.grid, problem.settings
    parts = [work] if split.count == 1 else [WorkPart(work, f"stack{at}") for at in range(split.count)]
    work.expect(split.count * grid.count)
    copies = [copy_array(part, problem.source(at), grid, SIDE) for at, part in enumerate(parts)]
    looked = [_background(facts, settings, problem.array) for _, facts in copies]
    steps, middle, method = settings.steps or problem.method.usual_steps, split.count // 2, problem.method
    if steps is None:
        (chosen,) = parts[middle].recall(
            "steps", lambda: [_chosen_steps(copies[middle][0], looked[middle][0], problem)]
        )
        steps = int(chosen)
    level = None
    if method.asks_level:
        (level,) = parts[middle].recall("level", lambda: [_level(copies[middle][0], looked[middle][0], problem)])
    work.expect(split.count * method.expected(problem.kernel, steps, grid.shape, grid.block))
    unknowns = []
    for part, (y, facts), (background, _) in zip(parts, copies, looked, strict=True):
        unknowns.append(method.solve(part, y, problem.kernel, steps, (background, facts.mean, level or 0.0)))
        part.drop(y)
    notes = dict.fromkeys(note for _, told in looked for note in told)
    return BlockSolution(tuple(unknowns), tuple(background for background, _ in looked), steps, level, tuple(notes))


def _background(
    facts: ArrayFacts, settings: DeconvolutionSettings, array: StoredArray
) -> tuple[float, tuple[str, ...]]:
    if facts.least < 0:
        raise ImageFileError(
            f"`input` must hold counts, none below zero, got {facts.least:.4g} in {array.path}; add the offset that "
            "was subtracted again, and give it as background."
        )
    return check_background(facts.darkest, facts.mean, settings)


def _level(y: BlockArray, background: float, problem: BlockProblem) -> float:
    """The noise level that was given, or that of the plane in the middle."""
    sigma = problem.settings.sigma
    if isinstance(sigma, (int, float)):
        if not sigma > 0:
            raise ArgumentError(f"`sigma` must be above 0, got {sigma:g}; auto estimates it.")
        return float(sigma)
    if _LOOK * math.prod(y.shape[-2:]) > problem.room:
        raise ArgumentError(
            "`sigma` must be given where memory is too little to look at a whole plane for its noise, got auto; "
            "measure it on a part of the plane, or allow more memory."
        )
    whole = tuple(slice(0, size) for size in y.shape[-2:])
    box = whole if len(y.shape) == 2 else (slice(y.shape[0] // 2, y.shape[0] // 2 + 1), *whole)
    return level_of_plane(torch.from_numpy(y.read(box)).reshape(y.shape[-2:]))


def _chosen_steps(y: BlockArray, background: float, problem: BlockProblem) -> int:
    """Those after which held-out voxels of the brightest part are predicted best."""
    kernel = problem.kernel
    box = bright_box(y, TRIAL)
    larger = [part.stop - part.start + taps - 1 for part, taps in zip(box, kernel.shape, strict=True)]
    needed = COPIES * 4 * math.prod(larger)
    if needed > problem.room:
        raise ArgumentError(
            f"`steps` must be given where the trial that finds them, of {format_bytes(needed)}, does not fit in "
            f"{format_bytes(problem.room)}, got none; 20 to 60 are usual, or allow more memory."
        )
    values = torch.from_numpy(y.read(box))[None, None]
    physics = Blur(kernel[None, None], "valid", noise=PoissonNoise(1.0, background))
    return RichardsonLucy(RichardsonLucy.usual_steps).settled(StackPiece(values, physics)).steps
