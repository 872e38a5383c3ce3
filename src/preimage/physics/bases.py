"""Unitary changes of basis in which operators are diagonal."""

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

__all__ = ["Basis", "Fourier", "Pixels"]


class Basis(Protocol):
    """A unitary transform; two bases are interchangeable when they compare equal."""

    def analysis(self, x: Tensor) -> Tensor:
        """Coefficients of the array ``x``."""
        ...

    def synthesis(self, coefficients: Tensor, shape: tuple[int, ...]) -> Tensor:
        """The array of shape ``shape`` with these coefficients."""
        ...


@dataclass(frozen=True)
class Pixels:
    """The canonical basis: coefficients are the samples."""

    def analysis(self, x: Tensor) -> Tensor:
        """``x`` itself."""
        return x

    def synthesis(self, coefficients: Tensor, shape: tuple[int, ...]) -> Tensor:
        """The coefficients themselves."""
        return coefficients


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
        over = tuple(range(-self.dims, 0))
        if self.real:
            # Rows first, then the rest: coefficients then lie column by column, which both directions are faster in.
            return torch.fft.fftn(torch.fft.rfft(x, norm="ortho"), dim=over[:-1], norm="ortho")
        return torch.fft.fftn(x, dim=over, norm="ortho")

    def synthesis(self, coefficients: Tensor, shape: tuple[int, ...]) -> Tensor:
        """Inverse transform."""
        over = tuple(range(-self.dims, 0))
        if self.real:
            return torch.fft.irfftn(coefficients, s=shape[-self.dims :], dim=over, norm="ortho")
        return torch.fft.ifftn(coefficients, dim=over, norm="ortho")
