"""Convolution with a kernel that lies inside the image, and its adjoint, block by block."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage.blocks.grid import BlockGrid, Halo
from preimage.blocks.stage import Surroundings
from preimage.files.stacks.stored import Box
from preimage.transform import fast_length
from preimage.transform.bases import half_spectrum
from preimage.transform.convolution import convolve
from preimage.transform.transfer import transfer_function

__all__ = ["BlockBlur"]


@dataclass(frozen=True)
class BlockBlur:
    """``y[n] = sum_j k[j] x[n - j + K - 1]`` where all of the kernel lies inside ``x``, as ``Blur(k, "valid")``.

    The measurement has ``K - 1`` values less than ``x`` along each axis. Blocks of it need ``K - 1`` values of ``x``
    behind their own; blocks of the adjoint need as many of ``y`` before, which are zero beyond the border of ``y``.

    Attributes:
        kernel: ``k``, with the axes of the array.
        lengths: those of the Fourier transforms, one for all blocks, so that the kernel is transformed once in a
            process; ``None``: as they come, or no transforms where that is quicker.
    """

    kernel: Tensor
    lengths: tuple[int, ...] | None = None

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

    def grids(self, shape: Sequence[int], block: Sequence[int]) -> tuple[BlockGrid, BlockGrid]:
        """The blocks of a measurement of ``shape``, and as many of the unknown behind it, which are a little larger."""
        measured = BlockGrid(tuple(shape), tuple(block))
        larger = zip(self.unknown_shape(shape), measured.counts, strict=True)
        return measured, BlockGrid(self.unknown_shape(shape), tuple(-(-size // count) for size, count in larger))

    def of_blocks(self, *grids: BlockGrid) -> "BlockBlur":
        """The same for blocks of these grids: transforms of one length where the kernel is too large to slide."""
        if self.kernel.ndim < 3 or self.kernel.numel() <= _DIRECT_TAPS:
            return self
        most = (max(sizes) for sizes in zip(*(grid.block for grid in grids), strict=True))
        return replace(self, lengths=self._extended(list(most)))

    def _extended(self, block: Sequence[int]) -> tuple[int, ...]:
        """The lengths of the transforms of what is seen for a block."""
        return tuple(fast_length(size + more, 11) for size, more in zip(block, self.extra, strict=True))

    def blurred(self, x: Tensor) -> Tensor:
        """The block of the measurement, of what it sees of the unknown."""
        if self.lengths is None:
            return convolve(x[None, None], self.kernel.to(x)[None, None], "valid")[0, 0]
        widths = [(0, length - size) for length, size in zip(self.lengths, x.shape, strict=True)]
        product = half_spectrum(_widened(x, widths), x.ndim).mul_(self._spectrum.to(x.dtype.to_complex()))
        return self._image(product, x.shape, self.extra)

    def correlated(self, y: Tensor, lacking: Sequence[tuple[int, int]]) -> Tensor:
        """The block of the adjoint, of what it sees of the measurement."""
        if self.lengths is None:
            mirrored = self.kernel.flip(tuple(range(self.kernel.ndim))).to(y)
            return convolve(_widened(y, lacking), mirrored[None, None], "valid")[0, 0]
        seen = [size + sum(pair) for size, pair in zip(y.shape, lacking, strict=True)]
        widths = [
            (before, length - before - size)
            for (before, _), length, size in zip(lacking, self.lengths, y.shape, strict=True)
        ]
        product = half_spectrum(_widened(y, widths), y.ndim).mul_(self._spectrum.to(y.dtype.to_complex()).conj())
        return self._image(product, seen, (0,) * y.ndim)

    @cached_property
    def _spectrum(self) -> Tensor:
        """The transform of the kernel, (1, 1, ...): a third of the work of a convolution, where it is made for each."""
        assert self.lengths is not None
        return transfer_function(self.kernel[None, None], self.lengths)

    def _image(self, product: Tensor, seen: Sequence[int], first: Sequence[int]) -> Tensor:
        """The values, from ``first`` on, that no end of the period reaches."""
        axes = tuple(range(2, product.ndim))
        image = torch.fft.irfftn(product, s=self.lengths, dim=axes)[0, 0]
        inside = (slice(at, at + size - more) for at, size, more in zip(first, seen, self.extra, strict=True))
        return image[tuple(inside)]

    def __reduce__(self) -> tuple[type["BlockBlur"], tuple[object, ...]]:
        """Without the transform of the kernel, which each process makes for itself."""
        return BlockBlur, (self.kernel, self.lengths)

    def back(self, seen: Surroundings) -> Tensor:
        """:meth:`correlated` of what a step reads."""
        return self.correlated(torch.from_numpy(seen.values), seen.lacking)

    def needs(self, block: Sequence[int], copies: float) -> float:
        """Bytes for a convolution to a block in single precision, and ``copies`` of the block beside it.

        The transforms of what is seen, of the kernel and of their product, the result, and their working memory,
        extended to fast lengths.
        """
        return 4 * (_TRANSFORMS * self.work(block) + copies * float(math.prod(block)))

    def work(self, block: Sequence[int]) -> float:
        """The values that are transformed for a block, extended to fast lengths."""
        return float(math.prod(self._extended(block)))

    def reach(self, box: Box, shape: Sequence[int], least: float = 0.0) -> Tensor:
        """``A^H 1`` on the block ``box`` of the unknown behind a measurement of ``shape``: sums of boxes of ``k``.

        Only near the border of the array do these differ, so few are summed. Where they are not above ``least``, zero.
        """
        firsts, lasts, places = [], [], []
        for part, size, taps in zip(box, shape, self.kernel.shape, strict=True):
            at = torch.arange(part.start, part.stop)
            first, last = (taps - 1 - at).clamp(0, taps), (taps - 1 - at + size).clamp(0, taps)
            pairs, place = torch.unique(first * (taps + 1) + last, return_inverse=True)
            firsts.append(pairs // (taps + 1))
            lasts.append(pairs % (taps + 1))
            places.append(place)
        total = self._sums(firsts, lasts)
        total = torch.where(total > least, total, 0).to(self.kernel.dtype)
        for axis in reversed(range(total.ndim)):  # the first axis last: it is what makes the most of them
            total = total.index_select(axis, places[axis])
        return total

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


def _widened(x: Tensor, widths: Sequence[tuple[int, int]]) -> Tensor:
    """``x`` as (1, 1, ...), with zeros before and behind it."""
    flat = [width for pair in reversed(widths) for width in pair]
    return F.pad(x[None, None], flat) if any(flat) else x[None, None]


_DIRECT_TAPS = 40  # of volumes: as :mod:`preimage.transform.convolution` has it
_TRANSFORMS = 14.0  # measured: twice what can be counted, with what the transforms take for themselves
