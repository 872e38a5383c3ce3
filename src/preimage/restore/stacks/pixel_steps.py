"""Planes of a stack as pixels in blocks, and back: spans of values, the limits of samples, the change of a picture."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from preimage.blocks import BlockArray, BlockInput, BlockResult, FileSource, Surroundings, Workspace
from preimage.files.stacks.casting import cast_values
from preimage.files.stacks.stored import Box
from preimage.physics.blur import Limits
from preimage.restore.frame.clipping import FEWEST, reach_beside
from preimage.restore.stacks.planes import ValueSpan

__all__ = ["ChangeStep", "PixelsStep", "PlaneSource", "find_limits"]


@dataclass(frozen=True)
class PlaneSource:
    """A plane of a file, (rows, columns), with the samples of a pixel behind where it has several.

    Attributes:
        file: the stack.
        index: where the plane is.
    """

    file: FileSource
    index: tuple[int, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """The numbers of rows and columns."""
        return self.file.shape[len(self.index) : len(self.index) + 2]

    def read(self, box: Box) -> np.ndarray:
        """The values within ``box``.

        Raises:
            ImageFileError: the file is damaged.
        """
        samples = self.file.shape[len(self.index) + 2 :]
        whole = (*(slice(at, at + 1) for at in self.index), *box, *(slice(0, size) for size in samples))
        return self.file.read(whole).reshape(*(part.stop - part.start for part in box), *samples)


@dataclass(frozen=True)
class PixelsStep:
    """The pixels of a block of a plane, an array for each sample.

    Its numbers are how many values are no numbers and, of each sample, the darkest pixel and the brightest.
    """

    span: ValueSpan

    def __call__(self, box: Box, inputs: Sequence[Surroundings]) -> BlockResult:
        """Turn the values of a block into pixels."""
        values = inputs[0].values
        pixels = self.span.pixels(values)
        ends = [float(end) for channel in pixels for end in (channel.amin(), channel.amax())]
        wrong = values.size - np.count_nonzero(np.isfinite(values))
        return BlockResult(tuple(channel.numpy() for channel in pixels), (float(wrong), *ends))


@dataclass(frozen=True)
class EndsStep:
    """How many pixels are the darkest and the brightest, and how near the next ones are, or how many are near.

    Its numbers: the pixels at either end; and the least distance from each that is not zero or, where ``reach`` is
    given, how many pixels are as near.
    """

    ends: tuple[float, float]
    reach: tuple[float, float] | None = None

    def __call__(self, box: Box, inputs: Sequence[Surroundings]) -> BlockResult:
        """Look at a block of each channel."""
        y = torch.stack([torch.from_numpy(each.values) for each in inputs])
        distances = (y - self.ends[0], self.ends[1] - y)
        at_end = [float((distance == 0).sum()) for distance in distances]
        if self.reach is None:
            return BlockResult((), (*at_end, *map(_least, distances)))
        near = [float((distance <= reach).sum()) for distance, reach in zip(distances, self.reach, strict=True)]
        return BlockResult((), (*at_end, *near))


def _least(distance: Tensor) -> float:
    there = distance[distance > 0]
    return float(there.amin()) if there.numel() else float("inf")


def find_limits(
    work: Workspace, channels: Sequence[BlockArray], ends: tuple[float, float], name: str
) -> tuple[Limits, tuple[int, int]]:
    """The limits at which a picture was clipped, and how many samples are at the darkest and the brightest of them.

    The rule is that of :func:`preimage.restore.frame.clipping.limits_of`.

    Args:
        work: where.
        channels: the picture.
        ends: the darkest and the brightest of all samples.
        name: the beginning of the names of the passes.
    """
    if ends[0] == ends[1]:
        return Limits(), (0, 0)
    grid, seen = channels[0].grid, [BlockInput(each) for each in channels]
    *counts, low, high = work.map(f"{name}e", grid, EndsStep(ends), seen, [], ["sum", "sum", "min", "min"]).numbers
    reach = (reach_beside(_difference(ends), low), reach_beside(_difference(ends), high))
    near = work.map(f"{name}n", grid, EndsStep(ends, reach), seen, [], ["sum", "sum", "sum", "sum"]).numbers[2:]
    is_limit = [
        count >= FEWEST and (end == container or count > beside - count)
        for count, beside, end, container in zip(counts, near, ends, (0.0, 1.0), strict=True)
    ]
    usual = Limits()
    limits = Limits(ends[0] if is_limit[0] else usual.low, ends[1] if is_limit[1] else usual.high)
    return limits, (int(counts[0]) if is_limit[0] else 0, int(counts[1]) if is_limit[1] else 0)


def _difference(ends: tuple[float, float]) -> float:
    """In single precision, as all samples have it."""
    return float(np.float32(ends[1]) - np.float32(ends[0]))


@dataclass(frozen=True)
class ChangeStep:
    """The values of a block of a plane whose pixels were restored; reads the plane, and each channel of the result.

    Its number is how many values were clipped to the range of their type.

    Attributes:
        span: what pixels are in values.
        limits: those of each channel.
        dtype: the type of the result.
    """

    span: ValueSpan
    limits: tuple[Limits, ...]
    dtype: np.dtype

    def __call__(self, box: Box, inputs: Sequence[Surroundings]) -> BlockResult:
        """Change a block; samples come first in what is written."""
        plane, restored = inputs[0].values, inputs[1:]
        after = torch.stack(
            [limits.of(torch.from_numpy(x.values)) for limits, x in zip(self.limits, restored, strict=True)]
        )
        found, clipped = cast_values(self.span.changed(plane, self.span.pixels(plane), after), self.dtype)
        return BlockResult((np.moveaxis(found, -1, 0) if found.ndim > 2 else found,), (float(clipped),))
