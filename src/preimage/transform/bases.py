"""Unitary changes of basis in which operators are diagonal."""

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from preimage.transform.fourier import transformed

__all__ = ["Basis", "Fourier", "Pixels"]


class Basis(Protocol):
    """A unitary transform; two bases are interchangeable when they compare equal."""

    def analysis(self, x: Tensor) -> Tensor:
        """Coefficients of the array ``x``."""
        ...

    def synthesis(self, coefficients: Tensor, shape: tuple[int, ...]) -> Tensor:
        """The array of shape ``shape`` with these coefficients."""
        ...

    def filter(self, x: Tensor, gain: Tensor) -> Tensor:
        """``x`` with its coefficients multiplied by ``gain``."""
        ...


@dataclass(frozen=True)
class Pixels:
    """The canonical basis: coefficients are the samples."""

    def analysis(self, x: Tensor) -> Tensor:
        """``x`` itself."""
        return x

    def synthesis(self, coefficients: Tensor, shape: tuple[int, ...]) -> Tensor:
        """``coefficients``, which are the samples."""
        return coefficients

    def filter(self, x: Tensor, gain: Tensor) -> Tensor:
        """``gain * x``."""
        return gain * x


@dataclass(frozen=True)
class Fourier:
    """The orthonormal discrete Fourier transform of the last ``dims`` dimensions.

    Args:
        dims: 2 for images, 3 for volumes.
        real: arrays are real and only the non-redundant half of the spectrum is kept.
    """

    dims: int = 2
    real: bool = True

    def analysis(self, x: Tensor) -> Tensor:
        """Spectrum, zero frequency first."""
        if self.real:
            return transformed(_rows_then_rest, x, dims=self.dims, norm="ortho")
        return transformed(torch.fft.fftn, x, dim=tuple(range(-self.dims, 0)), norm="ortho")

    def synthesis(self, coefficients: Tensor, shape: tuple[int, ...]) -> Tensor:
        """The inverse transform, of an array of shape ``shape``."""
        over = tuple(range(-self.dims, 0))
        if self.real and coefficients.shape[0]:  # complex, so never of half precision: nothing to prepare
            return torch.fft.irfftn(coefficients, s=shape[-self.dims :], dim=over, norm="ortho")
        if self.real:
            return transformed(torch.fft.irfftn, coefficients, s=shape[-self.dims :], dim=over, norm="ortho")
        return transformed(torch.fft.ifftn, coefficients, dim=over, norm="ortho")

    def filter(self, x: Tensor, gain: Tensor) -> Tensor:
        """The inverse transform of ``gain`` times the transform, scaled once instead of twice."""
        over = tuple(range(-self.dims, 0))
        if self.real:
            return transformed(torch.fft.irfftn, half_spectrum(x, self.dims) * gain, s=x.shape[-self.dims :], dim=over)
        return transformed(torch.fft.ifftn, transformed(torch.fft.fftn, x, dim=over) * gain, dim=over)


def half_spectrum(x: Tensor, dims: int, norm: str = "backward") -> Tensor:
    """The real transform ``rfftn`` of the last ``dims`` dimensions, its coefficients stored column by column.

    Rows first, then the rest: what follows, the inverse above all, is quicker on this layout.
    """
    return transformed(_rows_then_rest, x, dims=dims, norm=norm)


def _rows_then_rest(x: Tensor, dims: int, norm: str) -> Tensor:
    return torch.fft.fftn(torch.fft.rfft(x, norm=norm), dim=tuple(range(-dims, -1)), norm=norm)
