"""Algebraic reconstruction: all equations together, or those of one view after the other."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor
from typing_extensions import override

from preimage._tree import Measurement
from preimage.optim import SART, SIRT, Variational
from preimage.physics import GaussianNoise, LinearPhysics, Physics
from preimage.reconstruct.frame.acquisition import Piece, ViewsPiece
from preimage.reconstruct.frame.approach import Approach, FoundImages, Tell
from preimage.reconstruct.frame.run import run_variational

__all__ = ["Algebraic", "AlgebraicByParts"]

_PARTS = 20
_UNIT = GaussianNoise(1.0)  # which these methods do not ask


def zeros(y: Measurement, physics: Physics) -> Tensor:
    """An empty image like those that ``y`` was measured of."""
    assert isinstance(physics, LinearPhysics)
    return torch.zeros_like(physics.A_adjoint(y))


@dataclass(frozen=True)
class Algebraic(Approach):
    """SIRT from an empty image, so many steps."""

    name: ClassVar[str] = "sirt"
    takes: ClassVar[frozenset[str]] = frozenset({"steps"})
    usual_steps: ClassVar[int] = 100

    @override
    def solve(self, piece: Piece, tell: Tell) -> FoundImages:
        return run_variational(
            Variational(SIRT(), init=zeros, max_steps=self.steps, tol=None),
            piece.y,
            piece.physics.with_noise(_UNIT),
            tell,
        )


@dataclass(frozen=True)
class AlgebraicByParts(Approach):
    """SART from an empty image, by 20 parts of the views; a step is one pass over all."""

    name: ClassVar[str] = "sart"
    takes: ClassVar[frozenset[str]] = frozenset({"steps"})
    usual_steps: ClassVar[int] = 10

    @override
    def solve(self, piece: Piece, tell: Tell) -> FoundImages:
        assert isinstance(piece, ViewsPiece)
        parts = min(_PARTS, piece.physics.geometry.views)
        model = Variational(SART(), init=zeros, max_steps=self.steps, tol=None)
        return run_variational(
            model, piece.physics.split(piece.y, parts), piece.physics.with_noise(_UNIT).subsets(parts), tell
        )
