"""Expectation maximisation for counts, and total variation of what they are counts of."""

from dataclasses import dataclass
from typing import Any, ClassVar

from torch import Tensor
from typing_extensions import override

from preimage.errors import ArgumentError
from preimage.functional import Zero
from preimage.optim import MLEM, OSEM, PDHG, DiscrepancyPrinciple, TVPrior, Variational, WeightRange, choose_weight
from preimage.reconstruct.frame.acquisition import CountsPiece, Piece
from preimage.reconstruct.frame.approach import Approach, FoundImages, Tell
from preimage.reconstruct.frame.run import run_variational
from preimage.reconstruct.pet.settings import PETSettings

__all__ = ["CountsVariation", "ExpectationMaximisation", "OrderedSubsets"]

_SUBSETS = 10  # about
_STARTS = 4  # passes that make the image from which variation goes on
_RANGE = WeightRange(points=8, tol=0.3)


@dataclass(frozen=True)
class ExpectationMaximisation(Approach):
    """MLEM from an even image: the likelihood of the counts rises with every step."""

    name: ClassVar[str] = "mlem"
    takes: ClassVar[frozenset[str]] = frozenset({"steps"})
    usual_steps: ClassVar[int] = 40

    @override
    def solve(self, piece: Piece, tell: Tell) -> FoundImages:
        model = Variational(MLEM(), Zero(), max_steps=self.steps, tol=None)
        return run_variational(model, piece.y, piece.physics, tell)


@dataclass(frozen=True)
class OrderedSubsets(Approach):
    """OSEM: a step is a pass over all views, in parts that look from directions far apart."""

    subsets: int | None = None

    name: ClassVar[str] = "osem"
    takes: ClassVar[frozenset[str]] = frozenset({"steps", "subsets"})
    usual_steps: ClassVar[int] = 4

    @classmethod
    @override
    def options(cls, settings: PETSettings) -> dict[str, Any]:
        if settings.subsets is not None and settings.subsets < 1:
            raise ArgumentError(f"`subsets` must be at least 1, got {settings.subsets}; 10 is usual.")
        return {**super().options(settings), "subsets": settings.subsets}

    @override
    def solve(self, piece: Piece, tell: Tell) -> FoundImages:
        assert isinstance(piece, CountsPiece)
        views = piece.physics.scanner.views
        count = usual_subsets(views) if self.subsets is None else self.subsets
        if count > views:
            raise ArgumentError(f"`subsets` must be at most the {views} views, got {count}; take fewer.")
        model = Variational(OSEM(), Zero(), max_steps=self.steps, tol=None)
        return run_variational(model, piece.physics.split(piece.y, count), piece.physics.subsets(count), tell)


@dataclass(frozen=True)
class CountsVariation(Approach):
    """The least negative log-likelihood and ``weight TV(x)``, by PDHG from a few passes of OSEM.

    Without a weight it is the one whose deviance is that of the counts (Morozov's principle).
    """

    name: ClassVar[str] = "tv"
    takes: ClassVar[frozenset[str]] = frozenset({"steps", "weight"})
    usual_steps: ClassVar[int] = 200

    @override
    def choose_weight(self, piece: Piece) -> float:
        model = self._model(piece, 1.0)
        found = choose_weight(model, piece.y, piece.physics, DiscrepancyPrinciple(), _RANGE)
        return float(found.weight.median())

    @override
    def solve(self, piece: Piece, tell: Tell) -> FoundImages:
        assert self.weight is not None
        return run_variational(self._model(piece, self.weight), piece.y, piece.physics, tell)

    def _model(self, piece: Piece, weight: float) -> Variational:
        start = OrderedSubsets(_STARTS).solve(piece, lambda step: None).x
        step: Tensor = start.amax() / piece.physics.norm(start).amax()
        return Variational(
            PDHG(float(step) or None), TVPrior(weight), init=lambda y, physics: start, max_steps=self.steps, tol=1e-4
        )


def usual_subsets(views: int) -> int:
    """The divisor of the number of views that is nearest to ten."""
    return min((n for n in range(1, views + 1) if views % n == 0), key=lambda n: abs(n - _SUBSETS))
