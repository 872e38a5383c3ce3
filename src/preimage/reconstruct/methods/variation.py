"""Least total variation."""

from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from preimage.optim import PDHG, DiscrepancyPrinciple, TVPrior, Variational, WeightRange, choose_weight
from preimage.reconstruct.frame.acquisition import Piece
from preimage.reconstruct.frame.approach import Approach, FoundImages, Tell
from preimage.reconstruct.frame.run import run_variational

__all__ = ["LeastVariation"]

_ENOUGH = 1e-4  # relative change of the last steps
_TRIAL = 2e-4  # the same while weights are tried
_TRIAL_STEPS = 200
_RANGE = WeightRange(points=10, tol=0.2)


@dataclass(frozen=True)
class LeastVariation(Approach):
    """``argmin ||A x - y||^2 / (2 sigma^2) + weight TV(x)`` by PDHG.

    Without a weight it is the one whose residual is that of the noise (Morozov's principle).
    """

    name: ClassVar[str] = "tv"
    takes: ClassVar[frozenset[str]] = frozenset({"steps", "weight", "sigma"})
    usual_steps: ClassVar[int] = 300

    @override
    def choose_weight(self, piece: Piece) -> float:
        model = Variational(PDHG(), TVPrior(1.0), max_steps=_TRIAL_STEPS, tol=_TRIAL)
        chosen = choose_weight(model, piece.y, piece.physics, DiscrepancyPrinciple(), _RANGE)
        return float(chosen.weight.median())

    @override
    def solve(self, piece: Piece, tell: Tell) -> FoundImages:
        assert self.weight is not None
        model = Variational(PDHG(), TVPrior(self.weight), max_steps=self.steps, tol=_ENOUGH)
        return run_variational(model, piece.y, piece.physics, tell)
