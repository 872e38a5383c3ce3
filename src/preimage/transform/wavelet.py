"""The orthonormal discrete wavelet transform."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

import torch
from torch import Tensor

from preimage._optional import require
from preimage._ranges import check_count
from preimage.errors import ArgumentError
from preimage.kernels.wavelet import analysis, synthesis
from preimage.kernels.wavelet_tensors import FilterBank

__all__ = ["Wavelet"]


@dataclass(frozen=True)
class Wavelet:
    r"""An orthonormal wavelet transform of the last two (or three) dimensions, on a periodic grid.

    The coefficients are packed in an array of the image's shape: along every axis the low-pass half comes first, and
    the transform goes on in the corner where all are low-pass. Any size works, and ``synthesis`` is both the inverse
    and the adjoint of ``analysis``: at a level where an axis is odd its last sample stands outside the period and
    goes to the low-pass half as it is. For even sizes the coefficients are those of ``pywt.wavedec2`` with
    ``mode="periodization"``.

    Args:
        name: an orthogonal wavelet of PyWavelets ("haar", "db4", "sym8", "coif2", ...).
        level: how many times the low-pass part is split, >= 1.
        dims: 2 for images, 3 for volumes.

    Raises:
        ArgumentError: the wavelet is unknown or not orthogonal, or ``level`` is not positive.
        MissingDependency: PyWavelets, where the filters come from, is not installed.

    Source: Mallat 1989.
    """

    name: str = "db4"
    level: int = 3
    dims: int = 2

    def __post_init__(self) -> None:
        check_count("level", self.level, "3 is the default")
        _filters(self.name)

    def analysis(self, x: Tensor) -> Tensor:
        """The packed coefficients of ``x``."""
        if x.is_complex():
            return torch.complex(self.analysis(x.real), self.analysis(x.imag))
        return analysis(x, self._bank())

    def synthesis(self, coefficients: Tensor, shape: tuple[int, ...] | None = None) -> Tensor:
        """The image with these packed ``coefficients``; ``shape``, where given, is theirs."""
        if coefficients.is_complex():
            return torch.complex(self.synthesis(coefficients.real), self.synthesis(coefficients.imag))
        return synthesis(coefficients, self._bank())

    def bands(self, coefficients: Tensor) -> tuple[Any, ...]:
        """Views ``(approximation, details of the coarsest level, ..., details of the finest)`` of packed coefficients.

        The details of a level are a tuple ordered as in PyWavelets: in two dimensions high-pass along the first axis,
        along the second, along both.
        """
        details = []
        shape = coefficients.shape[-self.dims :]
        for _ in range(self.level):
            halves = [(slice(0, (n + 1) // 2), slice((n + 1) // 2, n)) for n in shape]
            codes = [code[::-1] for code in product((0, 1), repeat=self.dims)][1:]
            boxes = [(..., *(half[bit] for half, bit in zip(halves, code, strict=True))) for code in codes]
            details.append(tuple(coefficients[box] for box in boxes))
            shape = [(n + 1) // 2 for n in shape]
        return (self.approximation(coefficients), *reversed(details))

    def approximation(self, coefficients: Tensor) -> Tensor:
        """A view of the coefficients that are low-pass along every axis at every level."""
        return coefficients[self._bank().corners(coefficients.shape)[-1]]

    def _bank(self) -> FilterBank:
        return FilterBank(*_filters(self.name), self.level, self.dims)


@lru_cache
def _filters(name: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    pywt = require("pywt", "wavelet", f"the wavelet {name!r}")
    try:
        wavelet = pywt.Wavelet(name)
    except ValueError as error:
        raise ArgumentError(f"`name` must be a wavelet of PyWavelets, got {name!r}; see pywt.wavelist().") from error
    if not wavelet.orthogonal:
        raise ArgumentError(
            f"`name` must be an orthogonal wavelet, got {name!r}; take 'haar', 'dbN', 'symN' or 'coifN'."
        )
    return tuple(reversed(wavelet.dec_lo)), tuple(reversed(wavelet.dec_hi))
