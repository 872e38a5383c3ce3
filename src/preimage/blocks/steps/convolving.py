"""Convolution with a kernel that lies inside the image, and its adjoint, block by block."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from preimage.blocks.grid import Halo
from preimage.blocks.stage import Surroundings
from preimage.files.stacks.stored import Box
from preimage.transform import fast_length
from preimage.transform.convolution import convolve

__all__ = ["BlockBlur"]


@dataclass(frozen=True)
class BlockBlur:
    """``y[n] = sum_j k[j] x[n - j + K - 1]`` where all of the kernel lies inside ``x``, as ``Blur(k, "valid")``.

    The measurement has ``K - 1`` values less than ``x`` along each axis. Blocks of it need ``K - 1`` values of ``x``
    behind their own; blocks of the adjoint need as many of ``y`` before, which are zero beyond the border of ``y``.

    Attributes:
        kernel: ``k``, with the axes of the array.
    """

    kernel: Tensor

    @property
    def extra(self) -> tuple[int, ...]:
        """``K - 1``: the values of the unknown beyond those of the measurement."""
        return tuple(size - 1 for size in self.kernel.shape)

    @property
    def halo(self) -> Halo:
        """What a block of the measurement sees of the unknown."""
        return Halo((0,) * self.kernel.ndim, self.extra)

    @property
    def adjoint_halo(self) -> Halo:
        """What a block of the unknown sees of the measurement."""
        return Halo(self.extra, (0,) * self.kernel.ndim)

    def unknown_shape(self, shape: Sequence[int]) -> tuple[int, ...]:
        """That of the unknown behind a measurement of ``shape``."""
        return tuple(size + more for size, more in zip(shape, self.extra, strict=True))

    def blurred(self, x: Tensor) -> Tensor:
        """The block of the measurement, of what it sees of the unknown."""
        return convolve(x[None, None], self.kernel.to(x)[None, None], "valid")[0, 0]

    def correlated(self, y: Tensor, lacking: Sequence[tuple[int, int]]) -> Tensor:
        """The block of the adjoint, of what it sees of the measurement."""
        flat = [width for pair in reversed(lacking) for width in pair]
        filled = F.pad(y, flat) if any(flat) else y
        mirrored = self.kernel.flip(tuple(range(self.kernel.ndim))).to(y)
        return convolve(filled[None, None], mirrored[None, None], "valid")[0, 0]

    def back(self, seen: Surroundings) -> Tensor:
        """:meth:`correlated` of what a step reads."""
        return self.correlated(torch.from_numpy(seen.values), seen.lacking)

    def needs(self, block: Sequence[int], copies: float) -> float:
        """Bytes for a convolution to a block in single precision, and ``copies`` of the block beside it.

        The transforms of what is seen, of the kernel and of their product, the result, and their working memory,
        extended to fast lengths.
        """
        sizes = [fast_length(size + more) for size, more in zip(block, self.extra, strict=True)]
        return 4 * (_TRANSFORMS * float(np.prod(sizes)) + copies * float(np.prod(list(block))))

    def reach(self, box: Box, shape: Sequence[int]) -> Tensor:
        """``A^H 1`` on the block ``box`` of the unknown behind a measurement of ``shape``: sums of boxes of ``k``."""
        first, last = [], []
        for part, size, taps in zip(box, shape, self.kernel.shape, strict=True):
            places = torch.arange(part.start, part.stop)
            first.append((taps - 1 - places).clamp(0, taps))
            last.append((taps - 1 - places + size).clamp(0, taps))
        return self._sums(first, last).to(self.kernel.dtype)

    def reach_most(self, shape: Sequence[int]) -> float:
        """The largest entry of ``A^H 1``: of a kernel without negative entries, where most of it is seen."""
        first, last = [], []
        for size, taps in zip(shape, self.kernel.shape, strict=True):
            seen = min(size, taps)
            starts = torch.arange(taps - seen + 1)
            first.append(starts)
            last.append(starts + seen)
        return float(self._sums(first, last).max())

    def _sums(self, first: Sequence[Tensor], last: Sequence[Tensor]) -> Tensor:
        """The sums of ``k`` from ``first`` to ``last`` along each axis, for all pairs of each."""
        total = self.kernel.double()
        for axis, (start, stop) in enumerate(zip(first, last, strict=True)):
            summed = F.pad(total.cumsum(axis).movedim(axis, -1), (1, 0)).movedim(-1, axis)
            total = summed.index_select(axis, stop) - summed.index_select(axis, start)
        return total


_TRANSFORMS = 14.0  # measured: twice what can be counted, with what the transforms take for themselves
