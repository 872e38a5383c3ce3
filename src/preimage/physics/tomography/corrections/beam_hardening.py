"""Beam hardening: rays of many energies, of which the soft ones are lost first."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from typing_extensions import Self

from preimage._ranges import check_count
from preimage._shapes import check_float
from preimage.errors import ArgumentError, ShapeError

__all__ = ["BeamHardening"]


@dataclass(frozen=True)
class BeamHardening:
    """The polynomial ``c_1 y + c_2 y^2 + ...`` that maps measured line integrals to those of a single energy.

    A beam of many energies loses its soft part first, so that measured integrals grow slower than thickness, and images
    are darker in the middle. For an object of one material the two are a curve, which the polynomial follows.

    Args:
        coefficients: the factors of ``y``, ``y^2`` and so on; there is none of ``y^0``: no matter, no loss.

    Raises:
        ArgumentError: there is no coefficient.

    Source: Herman, "Correction for beam hardening in computed tomography", Physics in Medicine and Biology 24, 1979.
    """

    coefficients: Sequence[float]

    def __post_init__(self) -> None:
        """Require at least one coefficient."""
        if not len(self.coefficients):
            raise ArgumentError("`coefficients` must hold a number, got none; (1.0,) changes nothing.")

    @classmethod
    def fit(cls, measured: Tensor, expected: Tensor, degree: int = 3) -> Self:
        """The polynomial nearest to ``expected`` at ``measured``, in the mean square.

        Args:
            measured: line integrals of a step wedge of known thickness, or of a scan; any shape.
            expected: what a single energy would have measured there, of the same shape: thickness times attenuation;
                or, of an object of one material, ``physics.A`` of its attenuation where a first image shows it.
            degree: at least 1.

        Raises:
            ArgumentError: ``degree`` is too small, or there are fewer values than coefficients.
            ShapeError: the shapes differ.
        """
        check_count("degree", degree, "3 is the default")
        if measured.shape != expected.shape:
            raise ShapeError(
                f"`expected` must have the shape of `measured`, {tuple(measured.shape)}, got {tuple(expected.shape)}; "
                "give one value for each."
            )
        y, wanted = measured.detach().double().flatten(), expected.detach().double().flatten()
        seen = y.isfinite() & wanted.isfinite()
        y, wanted = y[seen], wanted[seen]
        if len(y) < degree or not y.any():
            raise ArgumentError(
                f"`measured` must hold at least {degree} finite values for degree {degree}, not all of them zero, got "
                f"{len(y)}; measure more, or take a lower degree."
            )
        largest = y.abs().max()  # powers of numbers near one are told apart best
        powers = torch.stack([(y / largest) ** n for n in range(1, degree + 1)], 1)
        found = torch.linalg.lstsq(powers.cpu(), wanted.cpu()[:, None], driver="gelsd").solution[:, 0]
        return cls(tuple((found / largest.cpu() ** torch.arange(1, degree + 1)).tolist()))

    def __call__(self, y: Tensor) -> Tensor:
        """The polynomial of each value of ``y``, of any shape; differentiable."""
        check_float(y, "y")
        total = torch.zeros_like(y)
        for coefficient in reversed(self.coefficients):
            total = (total + coefficient) * y
        return total
