"""Fourier transforms of canvases that no memory holds: along rows in strips, then along columns in bands, and back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from preimage.blocks.stage import BlockResult, Surroundings
from preimage.files.stacks.stored import Box
from preimage.transform.convolution import transfer_function

__all__ = ["CanvasFilter", "ColumnsStep", "FilterKind", "RowsStep", "rows_of_half"]

FilterKind = Literal["blur", "back", "smooth"]
"""``blur``: ``A``; ``back``: ``B = (A^H A + rho)^-1 A^H``; ``smooth``: ``A B``."""


@dataclass(frozen=True)
class CanvasFilter:
    """A filter of a periodic canvas that is made of a blur ``A`` by ``kernel``, whose origin is ``size // 2``.

    Attributes:
        kernel: (h, w).
        shape: rows and columns of the canvas.
        kind: which one.
        rho: > 0 where ``kind`` is not ``blur``.
    """

    kernel: Tensor
    shape: tuple[int, int]
    kind: FilterKind
    rho: float = 0.0

    def gain(self, columns: slice) -> Tensor:
        """Its gains at some columns of the half spectrum, (columns, rows)."""
        origin = tuple(size // 2 for size in self.kernel.shape)
        transfer = transfer_function(self.kernel[None, None], self.shape, origin, columns=columns)[0, 0].T
        if self.kind == "blur":
            return transfer
        power = transfer.real.square() + transfer.imag.square()
        if self.kind == "smooth":
            return (power / (power + self.rho)).to(transfer.dtype)
        return transfer.conj() / (power + self.rho)


@dataclass(frozen=True)
class RowsStep:
    """The transform along the rows of a strip of a sum of canvases: its half spectrum, (columns, rows).

    Attributes:
        shares: the factor of each canvas that is read.
        keeps: whether the sum itself is written, too, in front.
    """

    shares: tuple[float, ...] = (1.0,)
    keeps: bool = False

    def __call__(self, box: Box, inputs: Sequence[Surroundings]) -> BlockResult:
        """Add up a strip and transform it."""
        total: Tensor | None = None
        for share, each in zip(self.shares, inputs, strict=True):
            part = torch.from_numpy(each.values)
            part = part if share == 1 else share * part
            total = part if total is None else total + part
        assert total is not None
        spectrum = torch.fft.rfft(total).T.contiguous().numpy()
        return BlockResult((total.numpy(), spectrum) if self.keeps else (spectrum,))


@dataclass(frozen=True)
class ColumnsStep:
    """The transform along the columns of a band of a half spectrum, (columns, rows), filtered and transformed back.

    What it writes is (rows, columns) again.
    """

    filter: CanvasFilter

    def __call__(self, box: Box, inputs: Sequence[Surroundings]) -> BlockResult:
        """Filter a band of columns."""
        spectrum = torch.fft.fft(torch.from_numpy(inputs[0].values))
        spectrum.mul_(self.filter.gain(box[0]))
        return BlockResult((torch.fft.ifft(spectrum).T.contiguous().numpy(),))


def rows_of_half(half: Surroundings, width: int) -> Tensor:
    """The strip of a canvas of ``width`` columns whose rows have this half spectrum."""
    return torch.fft.irfft(torch.from_numpy(half.values), n=width)
