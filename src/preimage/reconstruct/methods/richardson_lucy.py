"""The method of Richardson and Lucy, on an unknown that is larger than what was seen."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import torch
from torch import Tensor
from typing_extensions import Self, override

from preimage._tree import Measurement
from preimage.functional import Zero
from preimage.optim import MLEM, Variational, VectorExtrapolation
from preimage.physics import LinearPhysics, Physics
from preimage.reconstruct.frame.acquisition import Piece
from preimage.reconstruct.frame.approach import Approach, FoundImages, Tell
from preimage.reconstruct.frame.run import run_variational
from preimage.reconstruct.methods.held_out_steps import held_out_steps

__all__ = ["TRIAL", "RichardsonLucy", "bright_part"]

TRIAL = 2**21  # voxels that the steps are chosen on
_LEAST_SEEN = 1e-3  # of the most; what is seen less stays as it is, lest rounding be amplified


@dataclass(frozen=True)
class RichardsonLucy(Approach):
    """Extrapolated expectation maximisation from an even image; the data choose the steps where none are given.

    Attributes:
        is_given: whether ``steps`` are to be taken; else they are the most, and the data choose.
    """

    is_given: bool = False

    name: ClassVar[str] = "rl"
    takes: ClassVar[frozenset[str]] = frozenset({"steps"})
    usual_steps: ClassVar[int] = 200

    @classmethod
    @override
    def options(cls, settings: Any) -> dict[str, Any]:
        return {**super().options(settings), "is_given": settings.steps is not None}

    @property
    @override
    def is_open(self) -> bool:
        return not self.is_given

    @override
    def settled(self, piece: Piece) -> Self:
        part = bright_part(piece.y, TRIAL)
        return replace(self, steps=held_out_steps(_model, part, piece.physics, self.steps), is_given=True)

    @override
    def solve(self, piece: Piece, tell: Tell) -> FoundImages:
        model = _model(piece.physics, torch.ones_like(piece.y), self.steps)
        return run_variational(model, piece.y, piece.physics, tell)


def bright_part(y: Tensor, most: int) -> Tensor:
    """At most ``most`` voxels of ``y`` (1, 1, ..., H, W), all planes of them: the brighter half, as often as needed."""
    while y.numel() > most and max(y.shape[-2:]) > 1:
        axis = -1 if y.shape[-1] >= y.shape[-2] else -2
        first, second, *_ = y.split((y.shape[axis] + 1) // 2, axis)
        y = first if float(first.mean()) >= float(second.mean()) else second
    return y


def _model(physics: LinearPhysics, weights: Tensor, steps: int) -> Variational:
    """The method for values that are zero where ``weights`` (0 or 1) are."""
    seen = physics.A_adjoint(weights)
    seen = torch.where(seen > _LEAST_SEEN * seen.amax(), seen, 0)

    def even(y: Measurement, physics: Physics) -> Tensor:
        assert isinstance(y, Tensor)
        counts = physics.noise.counts
        assert counts is not None
        return torch.full_like(seen, float((y.sum() / weights.sum() - counts.background).clamp_min(0)))

    return Variational(VectorExtrapolation(MLEM(seen)), Zero(), init=even, max_steps=steps, tol=None)
